import type { Knex } from 'knex';

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

interface KnexQuery {
  readonly __knexQueryUid: string;
  readonly sql: string;
  readonly bindings?: readonly unknown[];
}

/** Tells listeners of the statements of a database. */
export class StatementEvents {
  readonly #database: string;
  readonly #listeners = new Set<StatementListener>();

  constructor(database: string) {
    this.#database = database;
  }

  get areHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** @returns what ends it */
  add(listener: StatementListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Runs a statement, and tells how it went if somebody listens. */
  around<T>(sql: string, parameters: readonly unknown[], statement: () => T | Promise<T>): T | Promise<T> {
    if (this.#listeners.size === 0) return statement();
    const started = performance.now();
    const succeeded = (result: T): T => {
      this.#tell(sql, parameters, started);
      return result;
    };
    const failed = (error: unknown): never => {
      this.#tell(sql, parameters, started, error);
      throw error;
    };
    let result: T | Promise<T>;
    try {
      result = statement();
    } catch (error) {
      return failed(error);
    }
    return result instanceof Promise ? result.then(succeeded, failed) : succeeded(result);
  }

  /** Statements of knex are told of, too: it tells by events, of which the end names the beginning. */
  listenTo(knex: Knex): void {
    const begun = new Map<string, number>();
    const end = ({ __knexQueryUid: id, sql, bindings }: KnexQuery, error?: unknown): void => {
      const started = begun.get(id);
      begun.delete(id);
      if (started !== undefined) this.#tell(sql, bindings ?? [], started, error);
    };
    knex.on('query', (query: KnexQuery) => {
      if (this.#listeners.size > 0) begun.set(query.__knexQueryUid, performance.now());
    });
    knex.on('query-response', (_response: unknown, query: KnexQuery) => end(query));
    knex.on('query-error', (error: unknown, query: KnexQuery) => end(query, error));
  }

  #tell(sql: string, parameters: readonly unknown[], started: number, error?: unknown): void {
    const duration = performance.now() - started;
    for (const listener of this.#listeners)
      listener({ database: this.#database, sql, parameters, duration, error });
  }
}
