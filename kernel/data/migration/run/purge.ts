import { BackplaneError } from '../../../errors.ts';
import type { Database } from '../../database/database.ts';
import type { HeldLock } from '../lock/waiting.ts';
import type { PlannedStep } from '../plan.ts';
import { hasTable, holds } from '../sql/introspect.ts';
import { type RenderedStep, textsOf } from '../sql/statement.ts';
import type { Survey, SurveyPlaces } from '../survey.ts';
import { historyOf } from './history.ts';
import type { JobStep } from './job.ts';
import { assertNoDependents, purgeSteps } from './purge-steps.ts';
import { assertNoNewOrphans, orphans, withoutForeignKeys } from './rebuild.ts';
import { Recorder } from './recorder.ts';
import { runStep } from './run-step.ts';
import { jobSteps } from './steps-of.ts';

/** What a purge removes. */
export interface Purge {
  readonly extension: string;
  /** Tables of its own, with how many rows go with each. */
  readonly tables: readonly { readonly database: string; readonly table: string; readonly rows: number }[];
  /** Columns that it added to the tables of others. */
  readonly columns: readonly { readonly database: string; readonly table: string; readonly column: string }[];
  /** Keys of its migrations, whose records go. */
  readonly migrations: readonly string[];
  readonly steps: readonly PlannedStep[];
}

/** A purge of one database, ready to run. */
export interface PurgeJob {
  readonly database: Database;
  readonly keys: readonly string[];
  readonly steps: readonly JobStep[];
}

/** @throws PURGE_REFUSED when others build on what the extension owns */
export async function planPurge(
  survey: Survey,
  { databases }: SurveyPlaces,
  extension: string,
): Promise<{ readonly purge: Purge; readonly jobs: readonly PurgeJob[] }> {
  const records = [...survey.records.values()];
  const half = records.find(({ state, extension: owner }) => state !== 'applied' && owner === extension);
  if (half) throw new BackplaneError('PURGE_INTERRUPTED', { extension, key: half.key });
  const { draft } = await historyOf(survey, databases, new Set());
  assertNoDependents(draft.schemas().values(), records, extension);
  const tables: Purge['tables'][number][] = [];
  const columns: Purge['columns'][number][] = [];
  const jobs: PurgeJob[] = [];
  for (const [name, database] of databases) {
    const steps = purgeSteps(draft.snapshot(name), extension);
    const keys = records
      .filter((record) => record.extension === extension && record.header.database === name)
      .map(({ key }) => key);
    for (const step of steps) {
      if (step.kind === 'dropColumn')
        columns.push({ database: name, table: step.table, column: step.column });
      if (step.kind === 'dropTable')
        tables.push({ database: name, table: step.table, rows: await rowsOf(database, step.table) });
    }
    const origin = { key: `purge of ${extension}`, extension, database: name };
    if (steps.length > 0 || keys.length > 0)
      jobs.push({ database, keys, steps: jobSteps(steps, draft, origin, database) });
  }
  const planned = jobs.flatMap((job) =>
    job.steps.map(({ rendered, ...step }) => ({ ...step, sql: textsOf(rendered) })),
  );
  const migrations = jobs.flatMap(({ keys }) => keys);
  return { purge: { extension, tables, columns, migrations, steps: planned }, jobs };
}

/**
 * Runs a purge. What is gone already is passed over, so that one which was interrupted is finished by running it again.
 */
export async function runPurge({ database, keys, steps }: PurgeJob, lock: HeldLock): Promise<void> {
  const work = async (): Promise<void> => {
    await lock.assertHeld();
    for (const { rendered } of steps) await runUnlessDone(database, rendered);
    await new Recorder(database).delete(keys);
  };
  if (database.dialect === 'mysql') return work();
  if (!steps.some(({ rendered }) => rendered.kind === 'rebuild')) return database.transaction(work);
  return withoutForeignKeys(database, () =>
    database.transaction(async () => {
      const before = await orphans(database);
      await work();
      await assertNoNewOrphans(database, 'purge', before);
    }),
  );
}

async function runUnlessDone(database: Database, step: RenderedStep): Promise<void> {
  if (step.kind !== 'statements') return runStep(database, 'purge', step);
  for (const { sql, effect } of step.statements) {
    if (effect && (await holds(database, effect))) continue;
    // A statement that names no effect is one on the table before: that may be gone, too.
    const table = step.statements.find((one) => one.effect)?.effect?.table;
    if (effect === undefined && table !== undefined && !(await hasTable(database, table))) continue;
    await database.execute(sql);
  }
}

async function rowsOf(database: Database, table: string): Promise<number> {
  if (!(await hasTable(database, table))) return 0;
  const [row] = await database.run(`select count(*) as count from ${database.knex.ref(table)}`);
  return Number(row?.count);
}
