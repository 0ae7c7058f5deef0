import { BackplaneError } from '../../../errors.ts';
import type { Database } from '../../database/database.ts';
import { searchedColumns } from '../../table/search.ts';
import type { Table } from '../../table/table.ts';
import { searchTriggerNames } from '../sql/sqlite-search.ts';
import type { RenderedStep } from '../sql/statement.ts';

type Rebuild = Extract<RenderedStep, { kind: 'rebuild' }>;

/** Something else that belongs to a table: an index or trigger, with the text that makes it. */
interface Belonging {
  readonly name: string;
  readonly sql: string;
}

/**
 * Makes a table of SQLite anew, in a transaction with foreign keys off: see {@link withoutForeignKeys}. Triggers, and indexes
 * that no migration speaks of, are kept.
 *
 * @throws MIGRATION_DRIFT when the table is not as its migrations left it, so that something of it would be lost
 */
export async function rebuild(database: Database, key: string, step: Rebuild): Promise<void> {
  const { from, to, statements } = step;
  await assertAsRecorded(database, key, from);
  const others = await othersOf(database, from);
  const before = await countOf(database, from.name);
  // Views and triggers may speak of the table, which is not there for a moment: renaming must not look at them.
  await database.execute('pragma legacy_alter_table = on');
  try {
    for (const { sql } of statements) await database.execute(sql);
  } finally {
    await database.execute('pragma legacy_alter_table = off');
  }
  for (const { sql } of others) await database.execute(sql);
  const after = await countOf(database, to.name);
  if (before !== after) {
    const reason = `"${to.name}" had ${before} rows and would have ${after}`;
    throw new BackplaneError('MIGRATION_DATA_LOST', { key, reason });
  }
}

/**
 * Runs `work`, which makes tables anew, with foreign keys off. Not within a transaction, where SQLite ignores that.
 */
export async function withoutForeignKeys<T>(database: Database, work: () => Promise<T>): Promise<T> {
  return database.session(async () => {
    await database.execute('pragma foreign_keys = off');
    try {
      return await work();
    } finally {
      await database.execute('pragma foreign_keys = on');
    }
  });
}

/** How many rows refer to none, by what refers to what. To be asked before and after. */
export async function orphans(database: Database): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { table, parent } of await database.run('pragma foreign_key_check')) {
    const what = `"${table}" → "${parent}"`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}

/**
 * By number: rows of a table that was made anew, or renamed, cannot be told from those before.
 * @throws MIGRATION_DATA_LOST when more rows than before refer to none
 */
export async function assertNoNewOrphans(
  database: Database,
  key: string,
  before: ReadonlyMap<string, number>,
): Promise<void> {
  const after = await orphans(database);
  const sum = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((a, b) => a + b, 0);
  const fresh = sum(after) - sum(before);
  if (fresh <= 0) return;
  const grown = [...after].filter(([what, count]) => count > (before.get(what) ?? 0)).map(([what]) => what);
  const reason = `${fresh} rows would refer to rows that are not there (${grown.join(', ')})`;
  throw new BackplaneError('MIGRATION_DATA_LOST', { key, reason });
}

async function assertAsRecorded(database: Database, key: string, table: Table): Promise<void> {
  const rows = await database.run('select name from pragma_table_xinfo(?)', [table.name]);
  const actual = rows.map(({ name }) => String(name));
  const recorded = table.columns.map(({ name }) => name);
  const unknown = actual.filter((name) => !recorded.includes(name));
  const missing = recorded.filter((name) => !actual.includes(name));
  if (unknown.length > 0 || missing.length > 0)
    throw new BackplaneError('MIGRATION_DRIFT', { key, table: table.name, unknown, missing });
}

async function othersOf(database: Database, table: Table): Promise<readonly Belonging[]> {
  const triggers = searchedColumns(table).length > 0 ? searchTriggerNames(table.name) : [];
  const recorded = new Set([...table.indexes.map(({ name }) => name), ...triggers]);
  const rows = await database.run(
    `select name, sql from sqlite_master where tbl_name = ? and type in ('index', 'trigger') and sql is not null`,
    [table.name],
  );
  return rows
    .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }))
    .filter(({ name }) => !recorded.has(name));
}

async function countOf(database: Database, table: string): Promise<number> {
  const [row] = await database.run(`select count(*) as count from ${database.knex.ref(table)}`);
  return Number(row?.count);
}
