import { BackplaneError, didYouMean, throwFaults } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { importModule, type LoadModule } from './files/load-file.ts';
import type { MigrationSource } from './files/read-files.ts';
import { type MigrationPlan, planOf } from './plan.ts';
import { type ApplyOptions, applyJobs } from './run/apply-jobs.ts';
import { historyOf } from './run/history.ts';
import { type Purge, planPurge, runPurge } from './run/purge.ts';
import { Recorder } from './run/recorder.ts';
import { type RollbackOptions, revertJobs } from './run/revert-jobs.ts';
import { type MigrationRun, type OnProgress, type Prepared, runJobs, withLocks } from './run/run-jobs.ts';
import { schemasOf } from './schema/replay.ts';
import { ownerOf, type Schemas } from './schema/schema.ts';
import { type MigrationStatus, statusOf } from './status.ts';
import { faultsOf, MigrationLoader, recordsOf, type SurveyPlaces, survey } from './survey.ts';

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

export interface MigrateOptions extends ApplyOptions {
  /** Changes nothing, and says what would be done. */
  readonly dryRun?: boolean;
  readonly onProgress?: OnProgress;
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
    return runJobs(prepare, { places: this.#places, lockTimeout: this.#lockTimeout, dryRun, onProgress });
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
    return runJobs(prepare, { places: this.#places, lockTimeout: this.#lockTimeout, dryRun, onProgress });
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
    const names = jobs.map(({ database }) => database.name);
    return withLocks(names, { places: this.#places, lockTimeout: this.#lockTimeout }, async (locks) => {
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
}
