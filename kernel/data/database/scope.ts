import type { Knex } from 'knex';
import { BackplaneError } from '../../errors.ts';
import type { Dialect } from './dialect.ts';
import type { Connection } from './driver.ts';
import { isLost, isRepeatable, lostTransaction } from './failure.ts';

export interface ScopeOptions {
  /** Of the database, for errors. */
  readonly name: string;
  readonly dialect: Dialect;
  /** ms that statements wait for a part in which nothing happens. */
  readonly timeout: number;
  /** knex over the connection; asked for when somebody uses it. */
  readonly knex: () => Knex;
  readonly connection: Connection;
  /** What this is a part of. */
  readonly parent: Scope | undefined;
  readonly kind: 'transaction' | 'session';
}

/**
 * A connection that the work which is running has for itself: a transaction, a part of one that can be rolled back alone
 * (a savepoint), or a session.
 *
 * What begins while a part runs waits until the part has ended: on the one connection it would become a statement of the
 * part, and be rolled back with it.
 */
export class Scope {
  readonly connection: Connection;
  readonly inTransaction: boolean;
  /** How many parts it lies in. */
  readonly depth: number;
  /** What waits for the commit. */
  readonly afterCommit: (() => unknown)[] = [];
  readonly #options: ScopeOptions;
  readonly #root: Scope;
  /** The whole transaction that this belongs to. */
  readonly #whole: Scope;
  #knex: Knex | undefined;
  #part: Promise<void> | undefined;
  #ended = false;
  /** Why all of it is undone already. */
  #lost: BackplaneError | undefined;
  // Of the root, for all that share the connection.
  #running = 0;
  #lastUse = performance.now();

  constructor(options: ScopeOptions) {
    const { connection, parent, kind } = options;
    this.connection = connection;
    this.inTransaction = kind === 'transaction';
    this.depth = parent?.inTransaction ? parent.depth + 1 : 0;
    this.#options = options;
    this.#root = parent === undefined ? this : parent.#root;
    this.#whole = parent?.inTransaction ? parent.#whole : this;
  }

  get knex(): Knex {
    this.#knex ??= this.#inTurn(this.#options.knex());
    return this.#knex;
  }

  /** Runs a statement: at once, or after the part that is running. @throws TRANSACTION_ENDED, TRANSACTION_STUCK */
  run<T>(statement: () => T | Promise<T>): T | Promise<T> {
    this.assertUsable();
    return this.#part === undefined ? this.#watched(statement) : this.#afterParts(statement);
  }

  /** Runs a part: `work` makes a scope within this one, and ends it. */
  async runPart<T>(work: () => Promise<T>): Promise<T> {
    // Of those who wait for the same part one goes on, and the others wait for theirs.
    while (this.#part !== undefined) await this.#turn(this.#part);
    this.assertUsable();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#part = promise;
    try {
      return await work();
    } finally {
      this.#part = undefined;
      resolve();
    }
  }

  /** Waits for parts that nobody has awaited: half of one must not be committed. */
  async partsEnded(): Promise<void> {
    while (this.#part !== undefined) await this.#part;
  }

  /** From now on its connection is somebody else's. */
  end(): void {
    this.#ended = true;
  }

  /** @throws TRANSACTION_ENDED for what was left behind and comes too late, TRANSACTION_CONFLICT when the server gave it up */
  assertUsable(): void {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#options.parent) {
      if (scope.#ended) throw new BackplaneError('TRANSACTION_ENDED', { name: this.#options.name });
      if (scope.#lost) throw scope.#lost;
    }
  }

  async #afterParts<T>(statement: () => T | Promise<T>): Promise<T> {
    while (this.#part !== undefined) await this.#turn(this.#part);
    this.assertUsable();
    return this.#watched(statement);
  }

  /** @throws TRANSACTION_STUCK when nothing has happened on the connection for too long: does the part wait for us? */
  async #turn(part: Promise<void>): Promise<void> {
    const { name, timeout } = this.#options;
    const root = this.#root;
    const idle = root.#running > 0 ? 0 : performance.now() - root.#lastUse;
    if (idle >= timeout) throw new BackplaneError('TRANSACTION_STUCK', { name, timeout });
    await settledWithin(part, timeout - idle);
  }

  #watched<T>(statement: () => T | Promise<T>): T | Promise<T> {
    const root = this.#root;
    root.#running += 1;
    try {
      const result = statement();
      if (!(result instanceof Promise)) return this.#used(result);
      return result.then(
        (value) => this.#used(value),
        (error) => this.#failed(error),
      );
    } catch (error) {
      return this.#failed(error);
    }
  }

  #used<T>(result: T): T {
    this.#root.#running -= 1;
    this.#root.#lastUse = performance.now();
    return result;
  }

  #failed(error: unknown): never {
    if (this.inTransaction && isLost(error)) {
      this.#whole.#lost = lostTransaction(this.#options.name, error);
      throw this.#used(this.#whole.#lost);
    }
    if (this.inTransaction && isRepeatable(error)) {
      // PostgreSQL alone can go on before the savepoint. On the others what came next would be in no transaction.
      const undone = this.#options.dialect === 'postgres' ? this : this.#whole;
      undone.#lost = error;
    }
    throw this.#used(error);
  }

  /** Statements of knex take their turn as all others do; the texts by which it begins and ends transactions are ours. */
  #inTurn(knex: Knex): Knex {
    const { client } = knex;
    const query: (connection: Connection, statement: unknown) => Promise<unknown> = client.query;
    client.query = (connection: Connection, statement: unknown) => {
      const send = (): Promise<unknown> => query.call(client, connection, statement);
      return typeof statement === 'string' ? send() : this.run(send);
    };
    return knex;
  }
}

/** @param time ms */
async function settledWithin(promise: Promise<void>, time: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, time);
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
