import { createRequire } from 'node:module';
import knexModule, { type Knex } from 'knex';
import { type Connection, type DriverOptions, silent } from './driver.ts';
import { asClient, type ClientCare, clientClass } from './knex-client.ts';
import type { Patience } from './patience.ts';
import type { Handle } from './sqlite-handle.ts';

const load = createRequire(import.meta.url);

/** What this file uses of a class that knex does not publish. */
type KnexTransaction = new (
  ...given: unknown[]
) => { query(connection: Connection, sql: string): Promise<unknown> };

/** knex over a connection that is there already. */
export function knexOver(
  handle: Handle,
  options: DriverOptions,
  { patience, ...care }: ClientCare & { readonly patience: Patience },
): Knex {
  const Transaction: KnexTransaction = load('knex/lib/dialects/sqlite3/execution/sqlite-transaction.js');

  class WritingTransaction extends Transaction {
    /** Takes the write lock at once. A transaction that read first could not get it if another process wrote meanwhile. */
    async begin(connection: Connection) {
      await this.query(connection, 'BEGIN IMMEDIATE;');
    }
  }
  class SharedClient extends clientClass('better-sqlite3', options, care) {
    override async acquireRawConnection() {
      return handle;
    }
    override async destroyRawConnection() {
      // It is closed by who opened it.
    }
    override _query(connection: Connection, statement: unknown): Promise<unknown> {
      return patience.try(() => super._query(connection, statement));
    }
    override releaseConnection(connection: Connection): Promise<void> {
      // A commit that fails leaves its transaction open, and the next one to come would be inside of it.
      if (handle.open && handle.inTransaction) handle.exec('rollback');
      return super.releaseConnection(connection);
    }
    override transaction(work: unknown, config: unknown, outer: unknown) {
      return new WritingTransaction(this, work, config, outer);
    }
  }
  return knexModule({
    client: asClient(SharedClient),
    connection: { filename: ':shared:' },
    useNullAsDefault: true,
    // What is idle is let go of soon: it costs nothing to take again, and a script ends when its work is done.
    pool: { min: 0, max: 1, idleTimeoutMillis: 50, reapIntervalMillis: 50 },
    acquireConnectionTimeout: options.acquireTimeout,
    log: silent,
  });
}
