import type { Knex } from 'knex';
import { BackplaneError, isBackplaneError, messageOf } from '../../errors.ts';
import type { DatabaseHealth, DatabaseOptions } from './database-options.ts';
import type { Dialect } from './dialect.ts';
import type { Driver, Row } from './driver.ts';
import { openDriver } from './open-driver.ts';
import { StatementEvents, type StatementListener } from './statement-events.ts';
import { type SessionOptions, type TransactionOptions, Transactions } from './transactions.ts';

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
  readonly #transactions: Transactions;
  readonly #events: StatementEvents;
  #nextReplica = 0;
  #closed: Promise<void> | undefined;

  /**
   * Nothing is connected before the first statement, except to an SQLite file, which is made where it is missing.
   * @throws DATABASE_URL_INVALID, DATABASE_UNREACHABLE
   */
  constructor(options: DatabaseOptions) {
    const { name = 'default', url, replicas = [], root = '.', connections = 10 } = options;
    const { acquireTimeout = 10_000, statementTimeout = 5000 } = options;
    const open = (one: string): Driver =>
      openDriver(one, root, { name, connections, acquireTimeout, statementTimeout });
    this.name = name;
    this.#driver = open(url);
    this.#replicas = replicas.map(open);
    this.dialect = this.#driver.dialect;
    this.where = this.#driver.where;
    this.#transactions = new Transactions(name, this.#driver, { connections, timeout: acquireTimeout });
    this.#events = new StatementEvents(name);
    for (const driver of [this.#driver, ...this.#replicas]) this.#events.listenTo(driver.knex);
  }

  /** The transaction or session that is running here, otherwise the pool. */
  get knex(): Knex {
    this.#assertOpen();
    const scope = this.#transactions.current;
    scope?.assertUsable();
    return scope?.knex ?? this.#driver.knex;
  }

  get inTransaction(): boolean {
    return this.#transactions.current?.inTransaction ?? false;
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
    const scope = this.#transactions.current;
    if (scope === undefined) {
      const driver = options?.replica ? this.#replica() : this.#driver;
      if (!this.#events.areHeard) return driver.run(sql, parameters, undefined);
      return this.#events.around(sql, parameters, () => driver.run(sql, parameters, undefined));
    }
    return scope.run(() =>
      this.#events.around(sql, parameters, () => this.#driver.run(sql, parameters, scope.connection)),
    );
  }

  /**
   * Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. Within another it is a part of
   * that one which can be rolled back alone (a savepoint); what the other begins meanwhile waits until the part has ended.
   *
   * @throws TRANSACTION_CONFLICT when another was in the way, and TRANSACTION_LOST when the connection was lost, so that
   * the whole work may be tried again; OUTCOME_UNKNOWN when it was lost while the commit was under way;
   * AFTER_COMMIT_FAILED when it is committed, and a listener of {@link afterCommit} failed
   */
  async transaction<T>(work: () => Promise<T>, options?: TransactionOptions): Promise<T> {
    this.#assertOpen();
    return this.#transactions.transaction(work, options);
  }

  /**
   * Runs `work` with a connection of its own, outside of a transaction: for what is set on a connection or belongs to it,
   * as locks do. All statements within are sent over it, transactions too. Whoever is inside one already stays there.
   *
   * @param options `unlimited`: a server that lets its statements take longer is waited for as long
   */
  async session<T>(work: () => Promise<T>, options?: SessionOptions): Promise<T> {
    this.#assertOpen();
    return this.#transactions.session(work, options);
  }

  /**
   * Runs a text as it stands: not prepared, no parameters, no rows. For statements that change tables or the connection.
   */
  async execute(sql: string): Promise<void> {
    this.#assertOpen();
    const scope = this.#transactions.current;
    const execute = (): void | Promise<void> =>
      this.#events.around(sql, [], () => this.#driver.execute(sql, scope?.connection));
    await (scope ? scope.run(execute) : execute());
  }

  /**
   * Calls `listener` when the transaction that is running is committed, the outermost one; now if there is none. All are
   * called, also when one fails.
   */
  async afterCommit(listener: () => unknown): Promise<void> {
    await this.#transactions.afterCommit(listener);
  }

  /** Hears of every statement, knex's too. @returns what ends it */
  onStatement(listener: StatementListener): () => void {
    return this.#events.add(listener);
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
        error: reasonOf(error),
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
}

/** Without what the address says anyway. */
function reasonOf(error: unknown): string {
  return isBackplaneError(error) && error.code === 'DATABASE_UNREACHABLE'
    ? String(Reflect.get(error.details, 'reason'))
    : messageOf(error);
}
