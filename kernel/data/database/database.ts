import { AsyncLocalStorage } from 'node:async_hooks';
import { isAbsolute, resolve } from 'node:path';
import type { Knex } from 'knex';
import { BackplaneError, messageOf } from '../../errors.ts';
import { parseDatabaseUrl } from './address.ts';
import type { Dialect } from './dialect.ts';
import type { Connection, Driver, DriverOptions, Row } from './driver.ts';
import { knexOn } from './held-knex.ts';
import { openMssql } from './mssql.ts';
import { openMysql } from './mysql.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

export interface DatabaseOptions {
  /** `sqlite:PATH`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `mssql://…` */
  readonly url: string;
  /** URLs of copies that are only read, and may lag behind. */
  readonly replicas?: readonly string[];
  /** `default` if left out. */
  readonly name?: string;
  /** Folder that the path of an SQLite file starts from; the working directory if left out. */
  readonly root?: string;
  /** Connections at most; 10 if left out. SQLite has its own. */
  readonly connections?: number;
  /** ms to wait for a free connection; 10,000 if left out. */
  readonly acquireTimeout?: number;
  /** ms that a statement may take; 5,000 if left out, 0 is without limit. */
  readonly statementTimeout?: number;
}

/** A statement that has run. */
export interface StatementEvent {
  /** Name of the database. */
  readonly database: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** ms */
  readonly duration: number;
  /** Why it failed; `undefined` when it did not. */
  readonly error: unknown;
}

export type StatementListener = (event: StatementEvent) => void;

export interface DatabaseHealth {
  readonly name: string;
  readonly dialect: Dialect;
  readonly where: string;
  readonly ok: boolean;
  /** ms that a round trip took. */
  readonly latency: number;
  readonly error?: string;
}

/** A connection that the work which is running has for itself. */
interface Held {
  readonly knex: Knex;
  readonly connection: Connection;
  /** What waits for the commit; `undefined` outside of a transaction. */
  readonly afterCommit: (() => unknown)[] | undefined;
  /** Its connection is back in the pool. */
  ended: boolean;
}

/**
 * One database, with its pool. Statements within {@link transaction} are part of it without being told: it is the
 * current one of everything that its work calls and awaits.
 */
export class Database implements AsyncDisposable {
  readonly name: string;
  readonly dialect: Dialect;
  /** Host and name, or file; shows no password. */
  readonly where: string;
  readonly #driver: Driver;
  readonly #replicas: readonly Driver[];
  readonly #held = new AsyncLocalStorage<Held>();
  readonly #listeners = new Set<StatementListener>();
  #nextReplica = 0;
  #closed: Promise<void> | undefined;

  /**
   * Nothing is connected before the first statement, except to an SQLite file, which is made where it is missing.
   * @throws DATABASE_URL_INVALID, DATABASE_UNREACHABLE
   */
  constructor(options: DatabaseOptions) {
    const { name = 'default', url, replicas = [] } = options;
    this.name = name;
    this.#driver = openDriver(name, url, options);
    this.#replicas = replicas.map((replica) => openDriver(name, replica, options));
    this.dialect = this.#driver.dialect;
    this.where = this.#driver.where;
    for (const driver of [this.#driver, ...this.#replicas]) this.#listenTo(driver.knex);
  }

  /** The transaction or session that is running here, otherwise the pool. */
  get knex(): Knex {
    this.#assertOpen();
    return this.#heldHere()?.knex ?? this.#driver.knex;
  }

  get inTransaction(): boolean {
    return this.#held.getStore()?.afterCommit !== undefined;
  }

  /**
   * Runs one statement, prepared. The same text should come again: texts are what prepared statements are kept by.
   *
   * @param sql with the dialect's own parameters: `?`, on PostgreSQL `$1`
   * @param options `replica`: it only reads, and what it reads may be a moment old
   * @returns its rows, at once where the database lies in this process
   */
  run(
    sql: string,
    parameters: readonly unknown[] = [],
    options?: { readonly replica?: boolean },
  ): Row[] | Promise<Row[]> {
    this.#assertOpen();
    const held = this.#heldHere()?.connection;
    const driver = options?.replica && held === undefined ? this.#replica() : this.#driver;
    return this.#listeners.size === 0
      ? this.#runOn(driver, sql, parameters, held)
      : this.#runTold(driver, sql, parameters, held);
  }

  /** @throws TRANSACTION_ENDED for what was left behind by it and comes too late: its connection is somebody else's by now */
  #heldHere(): Held | undefined {
    const held = this.#held.getStore();
    if (held?.ended) throw new BackplaneError('TRANSACTION_ENDED', { name: this.name });
    return held;
  }

  /** PostgreSQL undoes a transaction in which a statement failed, whoever caught the error, and answers "commit" as if it had not. */
  async #assertAlive(connection: Connection): Promise<void> {
    try {
      await this.#driver.run('select 1', [], connection);
    } catch (error) {
      throw new BackplaneError('TRANSACTION_ABORTED', { name: this.name }, { cause: error });
    }
  }

  #runOn(
    driver: Driver,
    sql: string,
    parameters: readonly unknown[],
    held: Connection | undefined,
  ): Row[] | Promise<Row[]> {
    const result = driver.run(sql, parameters, held);
    if (Array.isArray(result) || held !== undefined) return result;
    return result.catch((error: unknown) => {
      // The pool has thrown the broken connection away. Reading again on another harms nothing; writing again might.
      if (!driver.isConnectionError(error) || !/^\s*select/i.test(sql)) throw error;
      return driver.run(sql, parameters, undefined);
    });
  }

  #runTold(
    driver: Driver,
    sql: string,
    parameters: readonly unknown[],
    held: Connection | undefined,
  ): Row[] | Promise<Row[]> {
    const started = performance.now();
    const tell = (error?: unknown): void =>
      this.#tell({ sql, parameters, duration: performance.now() - started, error });
    const failed = (error: unknown): never => {
      tell(error);
      throw error;
    };
    let result: Row[] | Promise<Row[]>;
    try {
      result = this.#runOn(driver, sql, parameters, held);
    } catch (error) {
      return failed(error);
    }
    if (!Array.isArray(result)) {
      return result.then((rows) => {
        tell();
        return rows;
      }, failed);
    }
    tell();
    return result;
  }

  /**
   * Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. Within another it is a part of
   * that one which can be rolled back alone (a savepoint).
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    const outer = this.#heldHere();
    const afterCommit: (() => unknown)[] = [];
    const result = await (outer?.knex ?? this.#driver.knex).transaction(async (knex) => {
      const connection: Connection = await knex.client.acquireConnection();
      const held: Held = { knex, connection, afterCommit, ended: false };
      try {
        const done = await this.#held.run(held, work);
        if (this.dialect === 'postgres' && !outer) await this.#assertAlive(connection);
        return done;
      } finally {
        held.ended = true;
      }
    });
    if (outer?.afterCommit) outer.afterCommit.push(...afterCommit);
    else for (const listener of afterCommit) await listener();
    return result;
  }

  /**
   * Runs `work` with a connection of its own, outside of a transaction: for what is set on a connection or belongs to it,
   * as locks do. All statements within are sent over it, transactions too. Whoever is inside one already stays there.
   */
  async session<T>(work: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    if (this.#heldHere()) return work();
    const { knex } = this.#driver;
    const connection: Connection = await knex.client.acquireConnection();
    try {
      const held: Held = { knex: knexOn(knex, connection), connection, afterCommit: undefined, ended: false };
      try {
        return await this.#held.run(held, work);
      } finally {
        held.ended = true;
      }
    } finally {
      await knex.client.releaseConnection(connection);
    }
  }

  /**
   * Runs a text as it stands: not prepared, no parameters, no rows. For statements that change tables or the connection.
   */
  async execute(sql: string): Promise<void> {
    this.#assertOpen();
    const started = performance.now();
    let failure: unknown;
    try {
      await this.#driver.execute(sql, this.#heldHere()?.connection);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      if (this.#listeners.size > 0)
        this.#tell({ sql, parameters: [], duration: performance.now() - started, error: failure });
    }
  }

  /** Calls `listener` when the transaction that is running is committed, the outermost one; now if there is none. */
  async afterCommit(listener: () => unknown): Promise<void> {
    const waiting = this.#held.getStore()?.afterCommit;
    if (waiting) waiting.push(listener);
    else await listener();
  }

  /** Hears of every statement, knex's too. @returns what ends it */
  onStatement(listener: StatementListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Makes SQLite able to compare vectors, by its extension sqlite-vec. @returns is it now? */
  loadVectors(): boolean {
    this.#assertOpen();
    return [this.#driver, ...this.#replicas].every((driver) => driver.loadVectors?.() ?? false);
  }

  /** Asks the server for an answer. Never throws. */
  async health(): Promise<DatabaseHealth> {
    const { name, dialect, where } = this;
    const started = performance.now();
    try {
      await this.run('select 1 as one');
      return { name, dialect, where, ok: true, latency: performance.now() - started };
    } catch (error) {
      return {
        name,
        dialect,
        where,
        ok: false,
        latency: performance.now() - started,
        error: messageOf(error),
      };
    }
  }

  /** @throws DATABASE_UNREACHABLE */
  async assertReachable(): Promise<void> {
    const { ok, error = '' } = await this.health();
    if (!ok)
      throw new BackplaneError('DATABASE_UNREACHABLE', { name: this.name, where: this.where, reason: error });
  }

  /** Ends every connection. What is still running fails. */
  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#driver, ...this.#replicas].map((driver) => driver.close())).then(
      () => {},
    );
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #replica(): Driver {
    if (this.#replicas.length === 0) return this.#driver;
    this.#nextReplica = (this.#nextReplica + 1) % this.#replicas.length;
    return this.#replicas[this.#nextReplica] ?? this.#driver;
  }

  #assertOpen(): void {
    if (this.#closed) throw new BackplaneError('DATABASE_CLOSED', { name: this.name });
  }

  #tell(event: Omit<StatementEvent, 'database'>): void {
    for (const listener of this.#listeners) listener({ database: this.name, ...event });
  }

  /** knex tells of its statements by events, of which the end names the beginning. */
  #listenTo(knex: Knex): void {
    const started = new Map<string, number>();
    const end = ({ __knexQueryUid: id, sql, bindings }: KnexQuery, error?: unknown): void => {
      const since = started.get(id);
      started.delete(id);
      if (since === undefined) return;
      this.#tell({ sql, parameters: bindings ?? [], duration: performance.now() - since, error });
    };
    knex.on('query', (query: KnexQuery) => {
      if (this.#listeners.size > 0) started.set(query.__knexQueryUid, performance.now());
    });
    knex.on('query-response', (_response: unknown, query: KnexQuery) => end(query));
    knex.on('query-error', (error: unknown, query: KnexQuery) => end(query, error));
  }
}

interface KnexQuery {
  readonly __knexQueryUid: string;
  readonly sql: string;
  readonly bindings?: readonly unknown[];
}

function openDriver(name: string, url: string, options: DatabaseOptions): Driver {
  const { dialect, location } = parseDatabaseUrl(name, url);
  const { root = '.', connections = 10, acquireTimeout = 10_000, statementTimeout = 5000 } = options;
  const driverOptions: DriverOptions = { connections, acquireTimeout, statementTimeout };
  switch (dialect) {
    case 'postgres':
      return openPostgres(location, driverOptions);
    case 'mysql':
      return openMysql(location, driverOptions);
    case 'mssql':
      return openMssql(location, driverOptions);
    case 'sqlite': {
      const file = location === ':memory:' || isAbsolute(location) ? location : resolve(root, location);
      try {
        return openSqlite(file, driverOptions);
      } catch (error) {
        throw new BackplaneError(
          'DATABASE_UNREACHABLE',
          { name, where: file, reason: messageOf(error) },
          { cause: error },
        );
      }
    }
  }
}
