import type { Client } from 'pg';
import { BackplaneError } from '../../errors.ts';
import type { Row } from './driver.ts';

/** Statements that are prepared by name; those beyond are prepared each time they run. */
const namedStatements = 1000;

/** ms after which a mere suspicion may renew all statements again: values that fit no column must not keep doing so. */
const suspicionPause = 10_000;

/**
 * Statements that PostgreSQL keeps prepared, by the same names on each connection. One that was prepared before a table
 * was altered goes on with the types of then: it fails, and is prepared anew under another name.
 */
export class PreparedStatements {
  readonly #database: string;
  readonly #names = new Map<string, string>();
  readonly #epochs = new WeakMap<Client, number>();
  #epoch = 0;
  #suspectedAt = Number.NEGATIVE_INFINITY;

  /** @param database its name, for errors */
  constructor(database: string) {
    this.#database = database;
  }

  /**
   * @throws TRANSACTION_CONFLICT when a table was altered under a statement of a transaction: the transaction is lost, and
   * would succeed if it were tried again
   */
  async run(client: Client, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const inTransaction = client.getTransactionStatus() !== 'I';
    await this.#dropOutdated(client);
    const name = this.#nameOf(sql);
    const wasPrepared = name !== undefined && isPrepared(client, name);
    try {
      return await query(client, sql, parameters, name);
    } catch (error) {
      const fault = wasPrepared ? faultOf(error) : undefined;
      if (fault === undefined) throw error;
      if (!inTransaction) return await this.#again(client, sql, parameters, error);
      if (fault === 'stale' || this.#maySuspect()) this.#renew(sql, name);
      if (fault === 'suspect') throw error;
      const details = { name: this.#database, reason: 'a table that it uses was altered meanwhile' };
      throw new BackplaneError('TRANSACTION_CONFLICT', details, { cause: error });
    }
  }

  /** Nothing of the statement took effect: it may run again, prepared for this time alone. */
  async #again(
    client: Client,
    sql: string,
    parameters: readonly unknown[],
    failure: unknown,
  ): Promise<Row[]> {
    const name = this.#names.get(sql);
    try {
      const rows = await query(client, sql, parameters, undefined);
      this.#renew(sql, name);
      return rows;
    } catch (error) {
      if (codeOf(error) !== codeOf(failure)) this.#renew(sql, name);
      throw error;
    }
  }

  #nameOf(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    if (this.#names.size >= namedStatements) return undefined;
    const name = `backplane_${this.#epoch}_${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }

  /** All at once: a table that was altered is in many of them. Whoever still failed by an old name finds new ones there. */
  #renew(sql: string, name: string | undefined): void {
    if (this.#names.get(sql) !== name) return;
    this.#epoch += 1;
    this.#names.clear();
  }

  #maySuspect(): boolean {
    const now = performance.now();
    if (now - this.#suspectedAt < suspicionPause) return false;
    this.#suspectedAt = now;
    return true;
  }

  /** The server would keep those of old names for as long as the connection lasts. */
  async #dropOutdated(client: Client): Promise<void> {
    const epoch = this.#epochs.get(client);
    this.#epochs.set(client, this.#epoch);
    if (epoch === undefined || epoch === this.#epoch) return;
    try {
      await client.query('deallocate all');
    } catch {
      // In a transaction that failed already: the next statement says so.
    }
  }
}

async function query(
  client: Client,
  sql: string,
  parameters: readonly unknown[],
  name: string | undefined,
): Promise<Row[]> {
  const { rows } = await client.query({ text: sql, values: [...parameters], ...(name ? { name } : {}) });
  return rows;
}

/** `pg` knows what it has prepared on a connection, and tells nobody. */
function isPrepared(client: Client, name: string): boolean {
  const connection: unknown = Reflect.get(client, 'connection');
  const parsed: unknown =
    typeof connection === 'object' && connection !== null && Reflect.get(connection, 'parsedStatements');
  return typeof parsed === 'object' && parsed !== null && name in parsed;
}

/** «cached plan must not change result type», and a parameter of a type that the column has no more. */
const stale: ReadonlySet<unknown> = new Set(['0A000', '42804']);

/** A value that does not fit the type of its parameter: that of then, or that of now. */
const suspect: ReadonlySet<unknown> = new Set(['22P02', '22003', '22007', '22008', '42883']);

function faultOf(error: unknown): 'stale' | 'suspect' | undefined {
  const code = codeOf(error);
  if (stale.has(code)) return 'stale';
  return suspect.has(code) ? 'suspect' : undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, 'code') : undefined;
}
