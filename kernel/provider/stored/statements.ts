import type { Database } from '../../data/index.ts';

type Row = Readonly<Record<string, unknown>>;

/** The same statements as every dialect writes them. Values are never part of a text: errors show texts. */
const texts = new Map<string, string>();

/** Runs a statement whose parameters are written as `?`. */
export async function run(
  database: Database,
  sql: string,
  parameters: readonly (string | number | null)[] = [],
): Promise<readonly Row[]> {
  return database.run(database.dialect === 'postgres' ? numbered(sql) : sql, parameters);
}

/** Adds a row, unless there is one of its id. */
export async function insertNew(
  database: Database,
  table: string,
  row: Readonly<Record<string, string | number | null>>,
): Promise<void> {
  const columns = Object.keys(row).join(', ');
  const values = Object.keys(row)
    .map(() => '?')
    .join(', ');
  const parameters = Object.values(row);
  switch (database.dialect) {
    case 'mysql':
      await run(database, `insert ignore into ${table} (${columns}) values (${values})`, parameters);
      return;
    case 'mssql': {
      const sql = `insert into ${table} (${columns}) select ${values} where not exists (select 1 from ${table} with (updlock, holdlock) where id = ?)`;
      await run(database, sql, [...parameters, row.id ?? null]);
      return;
    }
    default: {
      const sql = `insert into ${table} (${columns}) values (${values}) on conflict (id) do nothing`;
      await run(database, sql, parameters);
    }
  }
}

/** The first rows of a query. `rest` begins with what is selected. */
export function firstRows(database: Database, count: number, rest: string): string {
  return database.dialect === 'mssql' ? `select top ${count} ${rest}` : `select ${rest} limit ${count}`;
}

function numbered(sql: string): string {
  const known = texts.get(sql);
  if (known !== undefined) return known;
  let number = 0;
  const text = sql.replaceAll('?', () => {
    number += 1;
    return `$${number}`;
  });
  texts.set(sql, text);
  return text;
}

export function textOf(row: Row, column: string): string {
  return String(row[column]);
}

export function textOrNone(row: Row, column: string): string | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : String(value);
}

export function numberOrNone(row: Row, column: string): number | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : Number(value);
}
