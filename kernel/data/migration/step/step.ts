import type { Knex } from 'knex';
import { unknownKeys } from '../../../errors.ts';
import type { Dialect } from '../../database/dialect.ts';
import type { Row } from '../../database/driver.ts';
import type { ColumnSpec, ForeignKeySpec, IndexSpec } from './column.ts';

/** A table as migrations write it. */
export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  /** Names of columns; `id` if left out. */
  readonly primaryKey?: readonly string[];
  readonly indexes?: readonly IndexSpec[];
  readonly foreignKeys?: readonly ForeignKeySpec[];
}

/** One statement, several, or those of each dialect; a dialect that is not named has nothing to do. */
export type SqlText = Statements | Readonly<Partial<Record<Dialect, Statements>>>;
type Statements = string | readonly string[];

export interface RunContext {
  readonly dialect: Dialect;
  /** In the migration's transaction, where it has one. */
  readonly knex: Knex;
  /** Runs one statement with the dialect's own parameters: `?`, on PostgreSQL `$1`. */
  run(sql: string, parameters?: readonly unknown[]): Row[] | Promise<Row[]>;
}

export type RunWork = (context: RunContext) => Promise<unknown>;

export interface SqlOptions {
  /** What undoes it. Without it the migration cannot be rolled back. */
  readonly reverse?: SqlText;
  /** Found by its words (`drop`, `truncate`, `delete`) if left out. */
  readonly destroysData?: boolean;
  /** Would code of the release before fail after it? No if left out. */
  readonly breaksRunningCode?: boolean;
  /** What it does to tables, in steps that are not run: so that later steps and `make` know of it. */
  readonly changes?: readonly SchemaStep[];
}

/** A step that changes the schema, as plain data. */
export type SchemaStep =
  | { readonly kind: 'createTable'; readonly table: TableSpec }
  | { readonly kind: 'dropTable'; readonly table: string }
  | { readonly kind: 'renameTable'; readonly table: string; readonly to: string }
  | { readonly kind: 'addColumn'; readonly table: string; readonly column: ColumnSpec }
  | { readonly kind: 'dropColumn'; readonly table: string; readonly column: string }
  | { readonly kind: 'renameColumn'; readonly table: string; readonly column: string; readonly to: string }
  | { readonly kind: 'alterColumn'; readonly table: string; readonly column: ColumnSpec }
  | { readonly kind: 'createIndex'; readonly table: string; readonly index: IndexSpec }
  | { readonly kind: 'dropIndex'; readonly table: string; readonly index: string }
  | { readonly kind: 'addForeignKey'; readonly table: string; readonly key: ForeignKeySpec }
  | { readonly kind: 'dropForeignKey'; readonly table: string; readonly key: string }
  | { readonly kind: 'createSearchIndex'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'dropSearchIndex'; readonly table: string };

export interface SqlStep extends SqlOptions {
  readonly kind: 'sql';
  readonly text: SqlText;
}

export interface RunStep {
  readonly kind: 'run';
  readonly work: RunWork;
  readonly reverse?: RunWork;
}

/** One step of a migration: data, but for the work of `run`. */
export type Step = SchemaStep | SqlStep | RunStep;

export function createTable(table: TableSpec): Step {
  return { kind: 'createTable', table };
}

/** Destroys its rows. */
export function dropTable(table: string): Step {
  return { kind: 'dropTable', table };
}

/** Code of the release before does not find it any more. */
export function renameTable(table: string, to: string): Step {
  return { kind: 'renameTable', table, to };
}

/** One that is not nullable needs a default, which rows that are there already get. */
export function addColumn(table: string, column: ColumnSpec): Step {
  return { kind: 'addColumn', table, column };
}

/** Destroys its values, and drops the indexes and foreign keys that it is part of. */
export function dropColumn(table: string, column: string): Step {
  return { kind: 'dropColumn', table, column };
}

/** Code of the release before does not find it any more. */
export function renameColumn(table: string, column: string, to: string): Step {
  return { kind: 'renameColumn', table, column, to };
}

/** @param column all that it shall be afterwards; NULLs get its default when it may be NULL no longer */
export function alterColumn(table: string, column: ColumnSpec): Step {
  return { kind: 'alterColumn', table, column };
}

export function createIndex(table: string, index: IndexSpec): Step {
  return { kind: 'createIndex', table, index };
}

export function dropIndex(table: string, index: string): Step {
  return { kind: 'dropIndex', table, index };
}

export function addForeignKey(table: string, key: ForeignKeySpec): Step {
  return { kind: 'addForeignKey', table, key };
}

export function dropForeignKey(table: string, key: string): Step {
  return { kind: 'dropForeignKey', table, key };
}

/**
 * Full-text search over these columns, by an index that the table has for all that extensions want searched in it: it is
 * built anew when another comes.
 */
export function createSearchIndex(table: string, columns: readonly string[]): Step {
  return { kind: 'createSearchIndex', table, columns };
}

/** Only this extension's columns go from the index; it goes with the last. Searches then scan. */
export function dropSearchIndex(table: string): Step {
  return { kind: 'dropSearchIndex', table };
}

/** Kinds of databases that a statement may be for. */
const dialects: readonly Dialect[] = ['sqlite', 'postgres', 'mysql', 'mssql'];

/**
 * Statements as they are. Several are given as a list, since not every driver takes them in one text.
 *
 * @throws TypeError for an unknown kind of database, whose statements nobody would ever run
 */
export function sql(text: SqlText, options: SqlOptions = {}): Step {
  if (typeof text === 'object' && !Array.isArray(text)) {
    const [unknown] = unknownKeys(text, dialects);
    if (unknown !== undefined)
      throw new TypeError(`sql({ ${unknown}: … }): there are ${dialects.join(', ')}.`);
  }
  return { ...options, kind: 'sql', text };
}

/**
 * Code: to fill columns, move rows, call what is no database. On MariaDB a statement in it that changes tables ends its
 * transaction, as everywhere there; write a step for it instead.
 */
export function run(work: RunWork, options: { readonly reverse?: RunWork } = {}): Step {
  return { ...options, kind: 'run', work };
}
