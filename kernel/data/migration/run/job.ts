import type { Database } from '../../database/database.ts';
import type { MigrationHeader } from '../graph/header.ts';
import type { HeldLock } from '../lock/waiting.ts';
import type { Misfits } from '../sql/misfits.ts';
import type { RenderedStep } from '../sql/statement.ts';
import type { StepMarks } from '../step/marks.ts';
import type { MigrationDetails, MigrationRecord, Recorder } from './recorder.ts';

/** A step that is to be run. */
export interface JobStep extends StepMarks {
  /** For people: `add column "subtitle" to "blog_posts"`. */
  readonly title: string;
  readonly rendered: RenderedStep;
  /** Rows that must not be there when it runs. */
  readonly misfits?: Misfits;
  /** No step before it could mend such rows, so that they can be looked for before any step. */
  readonly isJudgedFirst: boolean;
}

/** A migration that is to be applied, or undone. */
export interface Job {
  readonly key: string;
  readonly extension: string;
  readonly file: string;
  readonly direction: 'apply' | 'revert';
  readonly checksum: string;
  readonly header: MigrationHeader;
  readonly details: MigrationDetails;
  /** In the order of running: of one that is undone, the reverse steps. */
  readonly steps: readonly JobStep[];
  /** All of it in one transaction, with its record. */
  readonly isAtomic: boolean;
  /** What an earlier run left, when it was interrupted. */
  readonly record?: MigrationRecord;
}

/** What a job runs in. */
export interface JobContext {
  readonly database: Database;
  readonly recorder: Recorder;
  readonly lock: HeldLock;
  readonly batch: number;
  /** Called before each step. */
  readonly onStep: (job: Job, step: JobStep, index: number) => void;
}
