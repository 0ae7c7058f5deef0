import { createRequire } from 'node:module';
import knexModule, { type Knex } from 'knex';
import { BackplaneError } from '../../errors.ts';
import type { Connection, DriverOptions } from './driver.ts';
import { type Explain, isBroken, unreachable } from './failure.ts';
import { keepAwake, type TimeLimit, Unanswered } from './time-limit.ts';

const load = createRequire(import.meta.url);

/** Kinds of clients that knex has, by the folder that each is in. */
type ClientKind = 'better-sqlite3' | 'postgres' | 'mysql2' | 'mssql';

/** A class that knex does not publish. */
type KnexClient = new (
  ...given: unknown[]
) => {
  readonly pool:
    | { readonly max: number; readonly interval?: NodeJS.Timeout | null; numUsed(): number }
    | undefined;
  acquireRawConnection(): Promise<Connection>;
  destroyRawConnection(connection: Connection): Promise<void>;
  acquireConnection(): Promise<Connection>;
  query(connection: Connection, statement: unknown): Promise<unknown>;
  _query(connection: Connection, statement: unknown): Promise<unknown>;
  releaseConnection(connection: Connection): Promise<void>;
  transaction(...given: unknown[]): unknown;
};

/** What a client takes care of, beside what knex does. */
export interface ClientCare {
  /** Host, port and name, or file. */
  readonly where: string;
  readonly explain: Explain;
  /** Of servers: how long one is waited for that says nothing. */
  readonly limit?: TimeLimit;
}

/**
 * knex's own client, whose errors are explained, and which takes no connection back that broke. A class, since knex makes
 * a client of it for each transaction, too.
 */
export function clientClass(
  kind: ClientKind,
  options: DriverOptions,
  { where, explain, limit }: ClientCare,
): KnexClient {
  const Client: KnexClient = load(`knex/lib/dialects/${kind}/index.js`);
  return class extends Client {
    override async acquireConnection(): Promise<Connection> {
      try {
        const connection = await super.acquireConnection();
        keepAwake(connection, true);
        return connection;
      } catch (error) {
        const { name, acquireTimeout: timeout } = options;
        // So says the pool to those who wait when it is closed.
        if (error instanceof Error && /^(aborted|Unable to acquire a connection)$/.test(error.message))
          throw new BackplaneError('DATABASE_CLOSED', { name }, { cause: error });
        if (!(error instanceof knexModule.KnexTimeoutError)) throw unreachable(name, where, error);
        const { max: most = 1 } = this.pool ?? {};
        const used = this.pool?.numUsed() ?? most;
        if (used < most) throw unreachable(name, where, error);
        throw new BackplaneError('CONNECTIONS_EXHAUSTED', { name, used, most, timeout }, { cause: error });
      }
    }

    override async acquireRawConnection(): Promise<Connection> {
      const connection = await super.acquireRawConnection();
      // Who wanted it may have been given another meanwhile.
      keepAwake(connection, false);
      return connection;
    }

    override async query(connection: Connection, statement: unknown): Promise<unknown> {
      const query = (): Promise<unknown> => super.query(connection, statement);
      try {
        return await (limit ? limit.run(connection, query) : query());
      } catch (error) {
        discardBroken(connection, error);
        throw explain(error, textOf(statement));
      }
    }

    override async releaseConnection(connection: Connection): Promise<void> {
      keepAwake(connection, false);
      await super.releaseConnection(connection);
      this.pool?.interval?.unref();
    }

    override async destroyRawConnection(connection: Connection): Promise<void> {
      keepAwake(connection, true);
      const destroy = (): Promise<void> => super.destroyRawConnection(connection);
      await (limit ? limit.end(connection, destroy) : destroy());
    }
  };
}

/** The statement, of what knex gives its clients. */
function textOf(statement: unknown): string {
  if (typeof statement !== 'object' || statement === null) return String(statement);
  return String(Reflect.get(statement, 'sql'));
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
  if (
    (isBroken(error) || error instanceof Unanswered) &&
    typeof connection === 'object' &&
    connection !== null
  )
    Object.assign(connection, { __knex__disposed: error });
}
