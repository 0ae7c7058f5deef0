import { createRequire } from 'node:module';
import knexModule, { type Knex } from 'knex';
import { BackplaneError } from '../../errors.ts';
import type { Connection, DriverOptions } from './driver.ts';
import { type Explain, isBroken } from './failure.ts';

const load = createRequire(import.meta.url);

/** Kinds of clients that knex has, by the folder that each is in. */
type ClientKind = 'better-sqlite3' | 'postgres' | 'mysql2' | 'mssql';

/** A class that knex does not publish. */
type KnexClient = new (
  ...given: unknown[]
) => {
  readonly pool: { readonly max: number; numUsed(): number } | undefined;
  acquireConnection(): Promise<Connection>;
  query(connection: Connection, statement: unknown): Promise<unknown>;
  _query(connection: Connection, statement: unknown): Promise<unknown>;
  releaseConnection(connection: Connection): Promise<void>;
  transaction(...given: unknown[]): unknown;
};

/**
 * knex's own client, whose errors are explained, and which takes no connection back that broke. A class, since knex makes
 * a client of it for each transaction, too.
 */
export function clientClass(kind: ClientKind, options: DriverOptions, explain: Explain): KnexClient {
  const Client: KnexClient = load(`knex/lib/dialects/${kind}/index.js`);
  return class extends Client {
    override async acquireConnection(): Promise<Connection> {
      try {
        return await super.acquireConnection();
      } catch (error) {
        if (!(error instanceof knexModule.KnexTimeoutError)) throw error;
        const { name, acquireTimeout: timeout } = options;
        const { max: most = 1 } = this.pool ?? {};
        const used = this.pool?.numUsed() ?? most;
        throw new BackplaneError('CONNECTIONS_EXHAUSTED', { name, used, most, timeout }, { cause: error });
      }
    }

    override async query(connection: Connection, statement: unknown): Promise<unknown> {
      try {
        return await super.query(connection, statement);
      } catch (error) {
        discardBroken(connection, error);
        throw explain(error);
      }
    }
  };
}

/** As knex's options want it. */
export function asClient(client: KnexClient): typeof Knex.Client {
  return client as unknown as typeof Knex.Client;
}

/**
 * Keeps a connection that broke from being given to anybody else. The pool finds out by itself, but later: when the socket
 * has told.
 */
export function discardBroken(connection: Connection, error: unknown): void {
  if (isBroken(error) && typeof connection === 'object' && connection !== null)
    Object.assign(connection, { __knex__disposed: error });
}
