import { BackplaneError } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import type { Dialect } from '../database/dialect.ts';
import type { Row } from '../database/driver.ts';

/** What a statement did not find, as each database says it. */
const patterns: Readonly<Record<Dialect, readonly [table: RegExp, column: RegExp]>> = {
  sqlite: [/no such table: (\S+)/, /(?:no such column: |has no column named )(\S+)/],
  postgres: [
    /relation "([^"]+)" does not exist/,
    /column "?([^"\s]+)"?(?: of relation "[^"]+")? does not exist/,
  ],
  mysql: [/Table '(?:[^'.]*\.)?([^']+)' doesn't exist/, /Unknown column '([^']+)'/],
  mssql: [/Invalid object name '([^']+)'/, /Invalid column name '([^']+)'/],
};

/** Codes of the errors that say so: the text of another may hold anything. */
const codes: ReadonlySet<unknown> = new Set(['SQLITE_ERROR', '42P01', '42703', 1146, 1054, 208, 207]);

/**
 * The error of the catalogue where a statement that was made from an entity meets no such table or column; any other
 * error as it is.
 */
export function outdatedErrorOf(error: unknown, { name, dialect }: Database): unknown {
  if (!(error instanceof Error)) return error;
  // Objection wraps what the package threw.
  const native: unknown = Reflect.get(error, 'nativeError');
  const cause = native instanceof Error ? native : error;
  if (!['code', 'errno', 'number'].some((key) => codes.has(Reflect.get(cause, key)))) return error;
  const text = String(Reflect.get(cause, 'sqlMessage') ?? cause.message);
  const [table, column] = patterns[dialect].map((pattern) => pattern.exec(text)?.[1]);
  if (table === undefined && column === undefined) return error;
  const what = column === undefined ? `table "${table}"` : `column "${column}"`;
  return new BackplaneError('DATABASE_OUTDATED', { name, what }, { cause: error });
}

/**
 * Runs a statement that was made from entities.
 *
 * @returns as {@link Database.run} does
 * @throws DATABASE_OUTDATED
 */
export function runOnTables(
  database: Database,
  sql: string,
  parameters: readonly unknown[],
  options?: { readonly replica?: boolean },
): Row[] | Promise<Row[]> {
  try {
    const rows = database.run(sql, parameters, options);
    if (Array.isArray(rows)) return rows;
    return rows.catch((error: unknown) => {
      throw outdatedErrorOf(error, database);
    });
  } catch (error) {
    throw outdatedErrorOf(error, database);
  }
}
