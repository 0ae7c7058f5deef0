import { hostname } from 'node:os';
import { BackplaneError, didYouMean, throwFaults } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { importModule, type LoadModule } from './files/load-file.ts';
import type { MigrationSource } from './files/read-files.ts';
import { withMigrationLock } from './lock/lock.ts';
import type { HeldLock } from './lock/waiting.ts';
import {
  type HeldMigration,
  type Jobs,
  type MigrationPlan,
  type PlannedMigration,
  plannedOf,
  planOf,
} from './plan.ts';
import { type ApplyOptions, applyJobs } from './run/apply-jobs.ts';
import { historyOf } from './run/history.ts';
import type { Job } from './run/job.ts';
import { type Purge, planPurge, runPurge } from './run/purge.ts';
import { Recorder } from './run/recorder.ts';
import { type RollbackOptions, revertJobs } from './run/revert-jobs.ts';
import { runJob } from './run/run-job.ts';
import { recordStandIn } from './run/stand-in.ts';
import { schemasOf } from './schema/replay.ts';
import { ownerOf, type Schemas } from './schema/schema.ts';
import { type MigrationStatus, statusOf } from './status.ts';
import { faultsOf, MigrationLoader, recordsOf, type Survey, type SurveyPlaces, survey } from './survey.ts';

export interface MigratorOptions {
  /** One, or all of the application, each with a name of its own. */
  readonly databases: Database | readonly Database[];
  /** Extensions with their folders, dependencies first; the application itself as `kernel`. */
  readonly extensions: readonly MigrationSource[];
  /** Imports a file; `import()` if left out. */
  readonly load?: LoadModule;
  /** ms to wait for another who migrates, and for tables that others are using; 30,000 if left out. */
  readonly lockTimeout?: number;
}

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

export interface MigrateOptions extends ApplyOptions {
  /** Changes nothing, and says what would be done. */
  readonly dryRun?: boolean;
  readonly onProgress?: OnProgress;
}

/** What was done; with `dryRun`, what would be. */
export interface MigrationRun {
  readonly migrations: readonly PlannedMigration[];
  /** With `expandOnly`: what stays pending. */
  readonly held: readonly HeldMigration[];
  /** ms */
  readonly duration: number;
}

/** A table that is there. */
export interface OwnedTable {
  /** Name of the database that it lies in. */
  readonly database: string;
  readonly table: string;
  /** Whose migration made it. */
  readonly extension: string;
}

/** Brings databases to the state that the migrations of extensions describe, and back. */
export class Migrator {
  readonly #places: SurveyPlaces;
  readonly #lockTimeout: number;

  constructor({ databases, extensions, load = importModule, lockTimeout = 30_000 }: MigratorOptions) {
    const list = 'name' in databases ? [databases] : databases;
    this.#places = {
      sources: extensions,
      databases: new Map(list.map((database) => [database.name, database])),
      migrations: new MigrationLoader(load),
    };
    this.#lockTimeout = lockTimeout;
  }

  /** Every migration with its state, and every fault of files and their order. Changes nothing. */
  async status(): Promise<{
    readonly migrations: readonly MigrationStatus[];
    readonly faults: readonly Error[];
  }> {
    const found = await survey(this.#places);
    return { migrations: statusOf(found), faults: faultsOf(found.faults) };
  }

  /**
   * What {@link migrate} would do.
   * @throws what would stop it, but for data that it would destroy: that is marked
   */
  async plan(options: ApplyOptions = {}): Promise<MigrationPlan> {
    const found = await survey(this.#places);
    return planOf(await applyJobs(found, this.#places, options));
  }

  /**
   * Applies what is pending, of one extension or of all, what it needs first.
   *
   * @throws faults of files and their order, all at once; MIGRATION_CHANGED, MIGRATION_DESTRUCTIVE, MIGRATION_LOCKED,
   *   MIGRATION_FAILED, MIGRATION_INTERRUPTED
   */
  async migrate({ dryRun = false, onProgress, ...options }: MigrateOptions = {}): Promise<MigrationRun> {
    const prepare = async (): Promise<Prepared> => {
      const found = await survey(this.#places);
      return { found, ...(await applyJobs(found, this.#places, options)) };
    };
    return this.#run(prepare, dryRun, onProgress);
  }

  /**
   * Undoes the latest batch, or what is asked for, with what needs it. What is destroyed by it, no option protects:
   * show what `dryRun` says first.
   *
   * @throws MIGRATION_IRREVERSIBLE, before anything is undone; MIGRATION_LOCKED, MIGRATION_FAILED
   */
  async rollback(
    options: RollbackOptions & { readonly dryRun?: boolean; readonly onProgress?: OnProgress } = {},
  ): Promise<MigrationRun> {
    const { dryRun = false, onProgress, ...chosen } = options;
    const prepare = async (): Promise<Prepared> => {
      const found = await survey(this.#places);
      const jobs = await revertJobs(found, this.#places, chosen);
      return { found, jobs, held: [], standIns: [] };
    };
    return this.#run(prepare, dryRun, onProgress);
  }

  /**
   * Removes all tables, columns and records of an extension, which need not be there any more. Asking is the caller's:
   * show what `dryRun` says first.
   *
   * @throws PURGE_REFUSED when others build on them
   */
  async purge(extension: string, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<Purge> {
    const prepare = async () => planPurge(await survey(this.#places), this.#places, extension);
    const { purge, jobs } = await prepare();
    if (dryRun) return purge;
    const names = jobs.map(({ database }) => database.name).sort();
    return this.#locked(names, new Map(), async (locks) => {
      const now = await prepare();
      for (const job of now.jobs) {
        const lock = locks.get(job.database.name);
        if (lock) await runPurge(job, lock);
      }
      return now.purge;
    });
  }

  /** The tables as applied migrations have left them, by their records: no file is read. Changes nothing. */
  async applied(): Promise<{ readonly schemas: Schemas; readonly keys: readonly string[] }> {
    const { databases } = this.#places;
    const records = await recordsOf(databases.values());
    const { draft } = await historyOf({ records }, databases, new Set());
    return { schemas: draft.schemas(), keys: [...records.keys()] };
  }

  /** The tables that applied migrations have left, by their records: also those whose files are gone. Changes nothing. */
  async tables(): Promise<readonly OwnedTable[]> {
    const { schemas } = await this.applied();
    return [...schemas].flatMap(([database, schema]) =>
      [...schema.values()].map((table) => ({ database, table: table.name, extension: ownerOf(table) })),
    );
  }

  /**
   * Says of the statement that an interrupted migration stopped at (MIGRATION_INTERRUPTED) whether it took effect, which
   * only people can find out. The next {@link migrate} goes on from there.
   */
  async resolve(key: string, outcome: 'done' | 'again'): Promise<void> {
    const { records } = await survey(this.#places);
    const record = records.get(key);
    const database = record && this.#places.databases.get(record.header.database);
    if (record === undefined || database === undefined || !record.isSent) {
      const interrupted = [...records.values()].filter(({ isSent }) => isSent).map((one) => one.key);
      throw new BackplaneError('MIGRATION_NOT_FOUND', { key, suggestion: didYouMean(key, interrupted) });
    }
    const statement = record.statement + (outcome === 'done' ? 1 : 0);
    await new Recorder(database).update(key, { statement, isSent: false });
  }

  /**
   * The tables as the migrations leave them, from their files alone, without a database: what entities are compared with
   * to make the next.
   *
   * @throws faults of files and their order, all at once
   */
  async recorded(): Promise<{ readonly schemas: Schemas; readonly keys: readonly string[] }> {
    const found = await survey(this.#places, { records: false });
    throwFaults(faultsOf(found.faults));
    const migrations = await Promise.all(
      [...found.files.values()].map(
        async (file) => [file.key, await this.#places.migrations.get(file)] as const,
      ),
    );
    return { schemas: schemasOf(found.graph.order, new Map(migrations)), keys: [...found.files.keys()] };
  }

  async #run(
    prepare: () => Promise<Prepared>,
    dryRun: boolean,
    onProgress: OnProgress = () => {},
  ): Promise<MigrationRun> {
    const started = performance.now();
    const first = await prepare();
    const names = this.#namesOf(first);
    if (dryRun || names.length === 0) return runOf(first, started);
    if (first.refused) throw first.refused;
    return this.#locked(names, new Map(), async (locks) => {
      // Whoever was waited for may have done it all.
      const now = await prepare();
      if (now.refused) throw now.refused;
      await this.#carryOut(now, locks, onProgress);
      return runOf(now, started);
    });
  }

  #namesOf({ jobs, standIns, found }: Prepared): readonly string[] {
    const headers = new Map(found.graph.order.map(({ key, header }) => [key, header]));
    const names = [
      ...jobs.map(({ header }) => header.database),
      ...standIns.flatMap((key) => headers.get(key)?.database ?? []),
    ];
    return [...new Set(names)].sort();
  }

  /** Takes the locks of all databases, always in the same order, so that two do not wait for each other. */
  async #locked<T>(
    [name, ...rest]: readonly string[],
    locks: ReadonlyMap<string, HeldLock>,
    work: (locks: ReadonlyMap<string, HeldLock>) => Promise<T>,
  ): Promise<T> {
    const database = name === undefined ? undefined : this.#places.databases.get(name);
    if (name === undefined || database === undefined) return work(locks);
    const options = { timeout: this.#lockTimeout, holder: `${hostname()}, pid ${process.pid}` };
    return withMigrationLock(database, options, (lock) =>
      this.#locked(rest, new Map([...locks, [name, lock]]), work),
    );
  }

  async #carryOut(
    { jobs, standIns, found }: Prepared,
    locks: ReadonlyMap<string, HeldLock>,
    onProgress: OnProgress,
  ): Promise<void> {
    const batch = 1 + Math.max(0, ...[...found.records.values()].map((record) => record.batch));
    for (const key of standIns) await recordStandIn(this.#places, found, key, batch);
    const recorders = new Map<string, Recorder>();
    for (const job of jobs) {
      const database = this.#places.databases.get(job.header.database);
      const lock = locks.get(job.header.database);
      if (database === undefined || lock === undefined) continue;
      const recorder = recorders.get(database.name) ?? new Recorder(database);
      if (!recorders.has(database.name)) await recorder.prepare();
      recorders.set(database.name, recorder);
      const onStep = ({ key, direction, steps }: Job, { title }: { title: string }, index: number): void =>
        onProgress({ key, direction, step: title, number: index + 1, of: steps.length });
      await runJob({ database, recorder, lock, batch, onStep }, job);
    }
  }
}

interface Prepared extends Jobs {
  readonly found: Survey;
}

function runOf({ jobs, held }: Prepared, started: number): MigrationRun {
  return { migrations: jobs.map(plannedOf), held, duration: performance.now() - started };
}
