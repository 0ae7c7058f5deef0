import { BackplaneError } from '../../../errors.ts';
import type { Database } from '../../database/database.ts';
import type { RenderedStep } from '../sql/statement.ts';
import type { JobStep } from './job.ts';
import { rebuild } from './rebuild.ts';

/** Runs a step as a part of the transaction that is running. */
export async function runStep(database: Database, key: string, step: RenderedStep): Promise<void> {
  const { dialect, knex } = database;
  switch (step.kind) {
    case 'run':
      await step.work({ dialect, knex, run: (sql, parameters) => database.run(sql, parameters) });
      return;
    case 'rebuild':
      return rebuild(database, key, step);
    case 'sql':
      for (const text of step.texts) await database.execute(text);
      return;
    case 'statements':
      await assertEmpty(database, key, step);
      for (const { sql } of step.statements) await database.execute(sql);
  }
}

/**
 * @param key of the migration
 * @param step nothing of it has run
 * @throws MIGRATION_ROWS_UNFIT
 */
export async function assertFit(database: Database, key: string, { misfits }: JobStep): Promise<void> {
  if (misfits === undefined) return;
  const { table, column, limit, sql } = misfits;
  const [row] = await database.run(sql);
  const rows = Number(row?.misfits);
  if (rows > 0) throw new BackplaneError('MIGRATION_ROWS_UNFIT', { key, table, column, limit, rows });
}

/** MariaDB would give rows that are there an empty text or zero; the others would say less of how to mend it. */
export async function assertEmpty(
  database: Database,
  key: string,
  step: Extract<RenderedStep, { kind: 'statements' }>,
): Promise<void> {
  const { onlyWhenEmpty: column, statements } = step;
  const table = statements[0]?.effect?.table;
  if (column === undefined || table === undefined) return;
  const found = await database.knex(table).first(database.knex.raw('1'));
  if (found) throw new BackplaneError('MIGRATION_VALUE_MISSING', { key, table, column });
}
