import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type SQLite from 'better-sqlite3';
import knexModule, { type Knex } from 'knex';
import { type Connection, type Driver, type DriverOptions, endPool, type Row, silent } from './driver.ts';

const load = createRequire(import.meta.url);

type Handle = SQLite.Database;
type Statement = SQLite.Statement<unknown[], Row>;

/** Prepared statements that each connection keeps. */
const keptStatements = 500;

/**
 * SQLite in this process. One connection writes, and all of knex goes through it; a second one reads what is committed,
 * so that no reader waits for a long transaction. A database in memory has but the one.
 *
 * Statements run on the connection itself, past knex and its pool, where that changes nothing: a lookup by id costs a
 * tenth of what the way through a pool does.
 */
export function openSqlite(location: string, options: DriverOptions): Driver {
  const inMemory = location === ':memory:';
  if (!inMemory) mkdirSync(dirname(location), { recursive: true });
  const writer = new Cached(open(location));
  const reader = inMemory ? undefined : new Cached(open(location));
  const knex = knexOver(writer.handle, options);

  const isFree = (): boolean => {
    const { pool } = knex.client;
    return pool.numUsed() === 0 && pool.numPendingAcquires() === 0;
  };
  let hasVectors: boolean | undefined;
  return {
    dialect: 'sqlite',
    where: location,
    knex,
    run(sql, parameters, held) {
      if (held !== undefined) return writer.run(sql, parameters);
      if (reader?.prepare(sql).readonly) return reader.run(sql, parameters);
      // Nobody holds the connection, and nobody can take it before this has returned.
      return isFree() ? writer.run(sql, parameters) : afterOthers(knex, () => writer.run(sql, parameters));
    },
    async execute(sql, held) {
      const work = (): void => void writer.handle.exec(sql);
      return held !== undefined || isFree() ? work() : afterOthers(knex, work);
    },
    loadVectors() {
      hasVectors ??= [writer, reader].every((one) => one === undefined || loadVectors(one.handle));
      return hasVectors;
    },
    isConnectionError: () => false,
    async close() {
      await endPool(knex);
      reader?.handle.close();
      if (writer.handle.open && !inMemory) writer.handle.pragma('optimize');
      writer.handle.close();
    },
  };
}

/** Runs when the connection is free, in the order of asking. */
async function afterOthers<T>(knex: Knex, work: () => T): Promise<T> {
  const connection: Connection = await knex.client.acquireConnection();
  try {
    return work();
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

function open(location: string): Handle {
  // Loaded with the first database: whoever has none does not pay for it.
  const Database: typeof SQLite = load('better-sqlite3');
  const handle = new Database(location);
  handle.pragma('busy_timeout = 5000');
  handle.pragma('journal_mode = WAL');
  // Safe with a write-ahead log: a power cut loses the latest transactions at worst, and never harms the file.
  handle.pragma('synchronous = NORMAL');
  handle.pragma('foreign_keys = ON');
  handle.pragma('temp_store = MEMORY');
  handle.pragma('cache_size = -16000');
  // Filters match `startsWith` with LIKE, which otherwise takes ASCII letters of both cases for the same.
  handle.pragma('case_sensitive_like = ON');
  return handle;
}

/** Its package has no build for every platform. */
function loadVectors(handle: Handle): boolean {
  try {
    const extension: { load(handle: Handle): void } = load('sqlite-vec');
    extension.load(handle);
    return true;
  } catch {
    return false;
  }
}

/** A connection with the statements that were prepared on it. */
class Cached {
  readonly handle: Handle;
  readonly #statements = new Map<string, Statement>();

  constructor(handle: Handle) {
    this.handle = handle;
  }

  prepare(sql: string): Statement {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const statement = this.handle.prepare<unknown[], Row>(sql);
    if (this.#statements.size >= keptStatements) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, statement);
    return statement;
  }

  run(sql: string, parameters: readonly unknown[]): Row[] {
    const statement = this.prepare(sql);
    if (statement.reader) return statement.all(...parameters);
    statement.run(...parameters);
    return [];
  }
}

/** What this file uses of a class that knex does not publish. */
type KnexTransaction = new (
  ...given: unknown[]
) => { query(connection: Connection, sql: string): Promise<unknown> };

/** knex over a connection that is there already. */
function knexOver(handle: Handle, { acquireTimeout }: DriverOptions): Knex {
  const Client = load('knex/lib/dialects/better-sqlite3/index.js');
  const Transaction = load('knex/lib/dialects/sqlite3/execution/sqlite-transaction.js');

  class WritingTransaction extends (Transaction as KnexTransaction) {
    /** Takes the write lock at once. A transaction that read first could not get it if another process wrote meanwhile. */
    async begin(connection: Connection) {
      await this.query(connection, 'BEGIN IMMEDIATE;');
    }
  }
  class SharedClient extends Client {
    async acquireRawConnection() {
      return handle;
    }
    async destroyRawConnection() {
      // It is closed by who opened it.
    }
    transaction(work: unknown, config: unknown, outer: unknown) {
      return new WritingTransaction(this, work, config, outer);
    }
  }
  return knexModule({
    client: SharedClient as unknown as typeof Knex.Client,
    connection: { filename: ':shared:' },
    useNullAsDefault: true,
    // What is idle is let go of soon: it costs nothing to take again, and a script ends when its work is done.
    pool: { min: 0, max: 1, idleTimeoutMillis: 50, reapIntervalMillis: 50 },
    acquireConnectionTimeout: acquireTimeout,
    log: silent,
  });
}
