import { hostname } from 'node:os';
import { withMigrationLock } from '../lock/lock.ts';
import type { HeldLock } from '../lock/waiting.ts';
import { type HeldMigration, type Jobs, type PlannedMigration, plannedOf } from '../plan.ts';
import type { Survey, SurveyPlaces } from '../survey.ts';
import type { Job } from './job.ts';
import { Recorder } from './recorder.ts';
import { runJob } from './run-job.ts';
import { recordStandIn } from './stand-in.ts';

/** A step that is about to run. */
export interface MigrationProgress {
  readonly key: string;
  readonly direction: 'apply' | 'revert';
  /** `add column "subtitle" to "blog_posts"` */
  readonly step: string;
  /** From 1. */
  readonly number: number;
  /** How many steps the migration has. */
  readonly of: number;
}

export type OnProgress = (progress: MigrationProgress) => void;

/** What was done; with `dryRun`, what would be. */
export interface MigrationRun {
  readonly migrations: readonly PlannedMigration[];
  /** With `expandOnly`: what stays pending. */
  readonly held: readonly HeldMigration[];
  /** ms */
  readonly duration: number;
}

/** Jobs, with what was known when they were planned. */
export interface Prepared extends Jobs {
  readonly found: Survey;
}

/** Where and how jobs are run. */
export interface RunOptions {
  readonly places: SurveyPlaces;
  /** ms to wait for another who migrates. */
  readonly lockTimeout: number;
  readonly dryRun: boolean;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Runs what is to be done, under the locks of the databases that it changes.
 *
 * @param prepare plans it; asked again once the locks are held
 * @throws what refuses it; MIGRATION_LOCKED, MIGRATION_FAILED, MIGRATION_INTERRUPTED
 */
export async function runJobs(prepare: () => Promise<Prepared>, options: RunOptions): Promise<MigrationRun> {
  const started = performance.now();
  const first = await prepare();
  const names = databasesOf(first);
  if (options.dryRun || names.length === 0) return runOf(first, started);
  if (first.refused) throw first.refused;
  return withLocks(names, options, async (locks) => {
    // Whoever was waited for may have done it all.
    const now = await prepare();
    if (now.refused) throw now.refused;
    await carryOut(now, locks, options);
    return runOf(now, started);
  });
}

/** Takes the locks of databases, always in the same order, so that two do not wait for each other. */
export function withLocks<T>(
  names: readonly string[],
  { places, lockTimeout }: Pick<RunOptions, 'places' | 'lockTimeout'>,
  work: (locks: ReadonlyMap<string, HeldLock>) => Promise<T>,
): Promise<T> {
  const options = { timeout: lockTimeout, holder: `${hostname()}, pid ${process.pid}` };
  const take = ([name, ...rest]: readonly string[], locks: ReadonlyMap<string, HeldLock>): Promise<T> => {
    const database = name === undefined ? undefined : places.databases.get(name);
    if (name === undefined || database === undefined) return work(locks);
    return withMigrationLock(database, options, (lock) => take(rest, new Map([...locks, [name, lock]])));
  };
  return take(names.toSorted(), new Map());
}

function databasesOf({ jobs, standIns, found }: Prepared): readonly string[] {
  const headers = new Map(found.graph.order.map(({ key, header }) => [key, header]));
  const names = [
    ...jobs.map(({ header }) => header.database),
    ...standIns.flatMap((key) => headers.get(key)?.database ?? []),
  ];
  return [...new Set(names)];
}

async function carryOut(
  { jobs, standIns, found }: Prepared,
  locks: ReadonlyMap<string, HeldLock>,
  { places, onProgress }: RunOptions,
): Promise<void> {
  const batch = 1 + Math.max(0, ...[...found.records.values()].map((record) => record.batch));
  for (const key of standIns) await recordStandIn(places, found, key, batch);
  const recorders = new Map<string, Recorder>();
  for (const job of jobs) {
    const database = places.databases.get(job.header.database);
    const lock = locks.get(job.header.database);
    if (database === undefined || lock === undefined) continue;
    const recorder = recorders.get(database.name) ?? new Recorder(database);
    if (!recorders.has(database.name)) await recorder.prepare();
    recorders.set(database.name, recorder);
    const onStep = ({ key, direction, steps }: Job, { title }: { title: string }, index: number): void =>
      onProgress?.({ key, direction, step: title, number: index + 1, of: steps.length });
    await runJob({ database, recorder, lock, batch, onStep }, job);
  }
}

function runOf({ jobs, held }: Prepared, started: number): MigrationRun {
  return { migrations: jobs.map(plannedOf), held, duration: performance.now() - started };
}
