import type { Database } from '../../database/database.ts';
import type { Dialect } from '../../database/dialect.ts';
import type { Effect } from './statement.ts';

/** Is it so in this database? */
export async function holds(database: Database, effect: Effect): Promise<boolean> {
  const { dialect } = database;
  const { kind, table, name, present } = effect;
  const parameters = kind === 'table' ? [name] : [table, name];
  const rows =
    dialect === 'sqlite' && kind === 'foreign key'
      ? await sqliteKeys(database, table, name)
      : await database.run(numbered(queries[dialect][kind], dialect), parameters);
  return rows.length > 0 === present;
}

/** Is there this table? */
export function hasTable(database: Database, table: string): Promise<boolean> {
  return holds(database, { kind: 'table', table, name: table, present: true });
}

/** SQLite tells names of keys only in the text of the table. */
async function sqliteKeys(database: Database, table: string, name: string): Promise<readonly unknown[]> {
  const rows = await database.run(`select sql from sqlite_master where type = 'table' and name = ?`, [table]);
  return rows.filter(({ sql }) => typeof sql === 'string' && sql.includes(`constraint \`${name}\``));
}

function numbered(sql: string, dialect: Dialect): string {
  let count = 0;
  return dialect === 'postgres' ? sql.replaceAll('?', () => `$${++count}`) : sql;
}

type Queries = Readonly<Record<Effect['kind'], string>>;

const standard = (schema: string): Queries => ({
  table: `select 1 as found from information_schema.tables where table_schema = ${schema} and table_name = ?`,
  column: `select 1 as found from information_schema.columns where table_schema = ${schema} and table_name = ? and column_name = ?`,
  index: '',
  'foreign key': `select 1 as found from information_schema.table_constraints where table_schema = ${schema} and table_name = ? and constraint_name = ? and constraint_type = 'FOREIGN KEY'`,
  trigger: '',
});

const queries: Readonly<Record<Dialect, Queries>> = {
  sqlite: {
    table: `select 1 as found from sqlite_master where type = 'table' and name = ?`,
    column: 'select 1 as found from pragma_table_xinfo(?) where name = ?',
    index: `select 1 as found from sqlite_master where type = 'index' and tbl_name = ? and name = ?`,
    'foreign key': '',
    trigger: `select 1 as found from sqlite_master where type = 'trigger' and tbl_name = ? and name = ?`,
  },
  postgres: {
    ...standard('current_schema()'),
    index:
      'select 1 as found from pg_indexes where schemaname = current_schema() and tablename = ? and indexname = ?',
  },
  mysql: {
    ...standard('database()'),
    index:
      'select 1 as found from information_schema.statistics where table_schema = database() and table_name = ? and index_name = ?',
  },
  mssql: {
    ...standard('schema_name()'),
    index: 'select 1 as found from sys.indexes where object_id = object_id(?) and name = ?',
  },
};
