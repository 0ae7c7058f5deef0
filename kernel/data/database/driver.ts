import type { Knex } from 'knex';
import type { Connection } from './connection.ts';
import type { Dialect } from './dialect.ts';
import type { TimeLimit } from './time-limit.ts';

export type { Connection } from './connection.ts';

export type Row = Record<string, unknown>;

/** One database as its dialect's package talks to it. */
export interface Driver {
  readonly dialect: Dialect;
  /** Host, port and name, or file: for people, without user and password. */
  readonly where: string;
  readonly knex: Knex;
  /**
   * Runs one statement that was prepared before, or is prepared and kept now.
   *
   * @param held the connection of a transaction; any that is free if `undefined`
   * @returns rows, at once where the database lies in this process; none for a statement that returns none
   */
  run(sql: string, parameters: readonly unknown[], held: Connection | undefined): Row[] | Promise<Row[]>;
  /**
   * Runs a text as it stands, neither prepared nor searched for parameters: what changes tables, and what only sets
   * something on a connection.
   */
  execute(sql: string, held: Connection | undefined): Promise<void>;
  /** How long a server is waited for that says nothing. */
  readonly limit?: TimeLimit;
  /** Loads what compares vectors, where that is an extension of the library in this process. @returns is it there? */
  loadVectors?(): boolean;
  close(): Promise<void>;
}

export interface DriverOptions {
  /** Of the database, for errors. */
  readonly name: string;
  /** Connections at most. */
  readonly connections: number;
  /** ms to wait for a free connection. */
  readonly acquireTimeout: number;
  /** ms that a statement may take; 0 is without limit. SQLite has no such limit: its statements end when they end. */
  readonly statementTimeout: number;
}

/** Host, port and path of a URL: all of it that may be shown. */
export function hostOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** ms that transactions may still take when their database is closed. */
const closeTimeout = 2000;

/** Ends a pool. What still holds a connection after a moment loses it: a transaction that nobody ends would hold us for ever. */
export async function endPool(knex: Knex): Promise<void> {
  const { pool } = knex.client;
  const ended = knex.destroy();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, closeTimeout, 'late');
  });
  const outcome = await Promise.race([ended, late]);
  clearTimeout(timer);
  if (outcome !== 'late') return;
  const waiting: readonly { abort(): void }[] = [...pool.pendingAcquires];
  for (const acquire of waiting) acquire.abort();
  const held: readonly { readonly resource: Connection }[] = pool.used;
  await Promise.allSettled(held.map(({ resource }) => knex.client.destroyRawConnection(resource)));
}

/** knex would write to the console what it throws anyway. */
export const silent = { warn() {}, error() {}, deprecate() {}, debug() {} };
