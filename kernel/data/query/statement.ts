import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import type { Row } from '../database/driver.ts';
import { runOnTables } from '../table/outdated.ts';
import type { Builder } from './state.ts';

/** A statement with the values of its parameters, in the words of one dialect. */
export interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/** What Objection has built, as text. */
export function statementOf(database: Database, builder: Builder): Statement {
  return knexStatement(database, builder.toKnexQuery());
}

export function knexStatement({ dialect }: Database, query: Knex.QueryBuilder): Statement {
  const made = query.toSQL();
  // What runs statements on MSSQL takes question marks itself.
  return dialect === 'mssql' ? { sql: made.sql, bindings: made.bindings } : { ...made.toNative() };
}

/** Runs a statement, prepared: neither Objection nor knex takes part any more. */
export async function rowsOf(database: Database, { sql, bindings }: Statement): Promise<readonly Row[]> {
  return runOnTables(database, sql, bindings);
}
