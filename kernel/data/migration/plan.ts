import type { BackplaneError } from '../../errors.ts';
import type { Job } from './run/job.ts';
import { textsOf } from './sql/statement.ts';

/** A step as a plan shows it. */
export interface PlannedStep {
  /** `add column "subtitle" to "blog_posts"` */
  readonly title: string;
  readonly sql: readonly string[];
  readonly destroysData: boolean;
  readonly breaksRunningCode: boolean;
}

/** What would happen to a migration. */
export interface PlannedMigration {
  readonly key: string;
  readonly extension: string;
  readonly file: string;
  /** Name of the database. */
  readonly database: string;
  readonly direction: 'apply' | 'revert';
  /** Was it begun before, and interrupted? */
  readonly isResumed: boolean;
  readonly steps: readonly PlannedStep[];
}

/** One that stays pending, and why. */
export interface HeldMigration {
  readonly key: string;
  readonly reason: string;
}

export interface MigrationPlan {
  /** In the order of running. */
  readonly migrations: readonly PlannedMigration[];
  /** With `expandOnly`: those that break running code, and those that need them. */
  readonly held: readonly HeldMigration[];
}

/** A plan with what is needed to carry it out. */
export interface Jobs {
  readonly jobs: readonly Job[];
  readonly held: readonly HeldMigration[];
  /** Keys that stand for others all of which were applied: to be recorded as applied. */
  readonly standIns: readonly string[];
  /** What stops it: data that would be destroyed without leave. */
  readonly refused?: BackplaneError;
}

export function planOf({ jobs, held }: Pick<Jobs, 'jobs' | 'held'>): MigrationPlan {
  return { migrations: jobs.map(plannedOf), held };
}

export function plannedOf({ key, extension, file, header, direction, steps, record }: Job): PlannedMigration {
  return {
    key,
    extension,
    file,
    database: header.database,
    direction,
    isResumed: record !== undefined && record.state !== 'applied',
    steps: steps.map(({ title, rendered, destroysData, breaksRunningCode }) => ({
      title,
      sql: textsOf(rendered),
      destroysData,
      breaksRunningCode,
    })),
  };
}

/** A plan as text, with marks at the steps that destroy data or break running code. */
export function planText({ migrations, held }: MigrationPlan): string {
  const lines = migrations.flatMap(({ key, database, direction, steps }) => [
    `-- ${direction === 'apply' ? '' : 'undo '}${key}${database === 'default' ? '' : ` (database "${database}")`}`,
    ...steps.flatMap((step) => [
      `-- ${step.title}${step.destroysData ? ' [destroys data]' : ''}${step.breaksRunningCode ? ' [breaks running code]' : ''}`,
      ...step.sql.map((sql) => `${sql};`),
    ]),
    '',
  ]);
  const left = held.map(({ key, reason }) => `-- left out: ${key}, which ${reason}`);
  return [...lines, ...left].join('\n').trimEnd();
}
