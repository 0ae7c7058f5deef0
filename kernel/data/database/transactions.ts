import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { BackplaneError } from '../../errors.ts';
import { callBack } from './after-commit.ts';
import type { Connection, Driver } from './driver.ts';
import { isBroken, isLost, isRefused, isRepeatable, lostTransaction } from './failure.ts';
import { knexOn } from './held-knex.ts';
import { Scope } from './scope.ts';
import { partTexts, wholeTexts } from './transaction-texts.ts';

/** Milliseconds before a transaction is tried again; the longer part doubles each time, and is chance. */
const shortestPause = 2;
const longestPause = 20;

export interface TransactionOptions {
  /**
   * Times that the whole work is run again when another transaction was in the way or the connection was lost
   * (TRANSACTION_CONFLICT, TRANSACTION_LOST); 0 if left out.
   * Of the outermost transaction: what is within one is run again with it.
   */
  readonly retries?: number;
  /**
   * `serializable`: as if no other transaction ran beside this one, on every database. What it read stays as it was read
   * until it has ended, or one of those that are in each other's way fails with TRANSACTION_CONFLICT; so give `retries`, too.
   * Of the outermost transaction. Left out, it is what the database does by itself; SQLite is always serializable.
   */
  readonly isolation?: 'serializable';
}

export interface SessionOptions {
  readonly unlimited?: boolean;
}

/** The transactions and sessions of one database. Which one work belongs to is known from where it was begun. */
export class Transactions {
  readonly #name: string;
  readonly #driver: Driver;
  readonly #connections: number;
  readonly #timeout: number;
  readonly #scopes = new AsyncLocalStorage<Scope>();

  /** @param timeout ms, as {@link Scope} has it */
  constructor(
    name: string,
    driver: Driver,
    limits: { readonly connections: number; readonly timeout: number },
  ) {
    this.#name = name;
    this.#driver = driver;
    this.#connections = limits.connections;
    this.#timeout = limits.timeout;
  }

  /** What the work that is running belongs to. */
  get current(): Scope | undefined {
    return this.#scopes.getStore();
  }

  async transaction<T>(work: () => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const { retries = 0, isolation } = options;
    const outer = this.current;
    outer?.assertUsable();
    if (outer?.inTransaction) return outer.runPart(() => this.#transact(work, outer, outer.afterCommit));
    for (let attempt = 0; ; attempt += 1) {
      const afterCommit: (() => unknown)[] = [];
      const transact = (): Promise<T> => this.#transact(work, outer, afterCommit, isolation);
      let result: T;
      try {
        result = await (outer ? outer.runPart(transact) : transact());
      } catch (error) {
        if (attempt >= retries || !isRepeatable(error)) throw error;
        // At once, it would meet the one that it was in the way of before that has gone on.
        await sleep(shortestPause + Math.random() * longestPause * 2 ** attempt);
        continue;
      }
      await callBack(this.#name, afterCommit);
      return result;
    }
  }

  /** @param options `unlimited`: its statements may take as long as they take, if the server lets them */
  async session<T>(work: () => Promise<T>, { unlimited = false }: SessionOptions = {}): Promise<T> {
    const outer = this.current;
    outer?.assertUsable();
    if (outer) return work();
    const { knex, limit } = this.#driver;
    const connection: Connection = await knex.client.acquireConnection();
    try {
      if (unlimited) limit?.lift(connection, true);
      const held = (): Knex => knexOn(knex, connection, false);
      const scope = this.#scope(held, connection, undefined, 'session');
      try {
        return await this.#scopes.run(scope, work);
      } finally {
        scope.end();
      }
    } finally {
      limit?.lift(connection, false);
      await knex.client.releaseConnection(connection);
    }
  }

  async afterCommit(listener: () => unknown): Promise<void> {
    const { current } = this;
    current?.assertUsable();
    if (current?.inTransaction) current.afterCommit.push(listener);
    else await listener();
  }

  /** @param afterCommit where those go who wait for the commit */
  #transact<T>(
    work: () => Promise<T>,
    outer: Scope | undefined,
    afterCommit: (() => unknown)[],
    isolation?: TransactionOptions['isolation'],
  ): Promise<T> {
    return this.#driver.dialect === 'sqlite'
      ? this.#transactHere(work, outer, afterCommit)
      : this.#transactByKnex(work, outer, afterCommit, isolation);
  }

  /** In a database of this process, where what knex does around a transaction takes longer than the transaction. */
  async #transactHere<T>(
    work: () => Promise<T>,
    outer: Scope | undefined,
    afterCommit: (() => unknown)[],
  ): Promise<T> {
    const { knex } = this.#driver;
    const connection: Connection = outer?.connection ?? (await knex.client.acquireConnection());
    const texts = outer?.inTransaction ? partTexts(outer.depth) : wholeTexts;
    const held = (): Knex => knexOn(knex, connection, true);
    try {
      await this.#driver.run(texts.begin, [], connection);
      try {
        const scope = this.#scope(held, connection, outer, 'transaction');
        const result = await this.#runIn(scope, work);
        await this.#driver.run(texts.commit, [], connection);
        afterCommit.push(...scope.afterCommit);
        return result;
      } catch (error) {
        await this.#undo(texts.undo, connection);
        throw error;
      }
    } finally {
      if (!outer) await knex.client.releaseConnection(connection);
    }
  }

  async #undo(texts: readonly string[], connection: Connection): Promise<void> {
    try {
      for (const text of texts) await this.#driver.run(text, [], connection);
    } catch {
      // Some errors undo all of it themselves. That a roll-back failed is no news beside why it was tried.
    }
  }

  async #transactByKnex<T>(
    work: () => Promise<T>,
    outer: Scope | undefined,
    afterCommit: (() => unknown)[],
    isolation: TransactionOptions['isolation'],
  ): Promise<T> {
    const knex = outer?.knex ?? this.#driver.knex;
    const config = isolation === undefined ? {} : { isolationLevel: isolation };
    for (let dead = 0; ; dead += 1) {
      let outcome: { readonly result: T } | { readonly error: unknown } | undefined;
      try {
        return await knex.transaction(async (begun) => {
          // Where BEGIN failed knex calls this nevertheless, having rejected already: it would all be outside of a transaction.
          if (begun.isCompleted()) throw new Error('It has not begun.');
          try {
            const result = await this.#runWithin(begun, work, outer, afterCommit);
            outcome = { result };
            return result;
          } catch (error) {
            outcome = { error };
            throw error;
          }
        }, config);
      } catch (error) {
        // That a roll-back failed, too, is no news.
        if (outcome && 'error' in outcome) throw outcome.error;
        if (outcome) throw this.#ending(error);
        // One that has not begun may begin on another connection.
        if (outer || !isBroken(error) || isRefused(error) || dead >= this.#connections) throw error;
      }
    }
  }

  /** What a commit failed with: was it sent at all? */
  #ending(error: unknown): unknown {
    const isKnown = isLost(error) && error.code !== 'OUTCOME_UNKNOWN';
    return isKnown ? lostTransaction(this.#name, error) : error;
  }

  async #runWithin<T>(
    knex: Knex,
    work: () => Promise<T>,
    outer: Scope | undefined,
    afterCommit: (() => unknown)[],
  ): Promise<T> {
    const connection: Connection = await knex.client.acquireConnection();
    const scope = this.#scope(() => knex, connection, outer, 'transaction');
    const result = await this.#runIn(scope, work, async () => {
      if (this.#driver.dialect === 'postgres' && !outer?.inTransaction) await this.#assertAlive(connection);
    });
    afterCommit.push(...scope.afterCommit);
    return result;
  }

  async #runIn<T>(scope: Scope, work: () => Promise<T>, check?: () => Promise<void>): Promise<T> {
    try {
      const result = await this.#scopes.run(scope, () => rejectingByError(work));
      await scope.partsEnded();
      scope.assertUsable();
      await check?.();
      return result;
    } finally {
      scope.end();
    }
  }

  #scope(
    knex: () => Knex,
    connection: Connection,
    parent: Scope | undefined,
    kind: 'transaction' | 'session',
  ): Scope {
    const { dialect } = this.#driver;
    return new Scope({ name: this.#name, dialect, timeout: this.#timeout, knex, connection, parent, kind });
  }

  /** PostgreSQL undoes a transaction in which a statement failed, whoever caught the error, and answers "commit" as if it had not. */
  async #assertAlive(connection: Connection): Promise<void> {
    try {
      await this.#driver.run('select 1', [], connection);
    } catch (error) {
      if (isLost(error)) throw lostTransaction(this.#name, error);
      throw new BackplaneError('TRANSACTION_ABORTED', { name: this.#name }, { cause: error });
    }
  }
}

/** knex takes a rejection with `undefined` for a roll-back that nobody needs to hear of, and would resolve. */
async function rejectingByError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error === undefined ? new BackplaneError('UNDEFINED_THROWN', {}) : error;
  }
}
