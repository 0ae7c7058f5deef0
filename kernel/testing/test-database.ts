import { randomBytes } from 'node:crypto';
import { parseDatabaseUrl } from '../data/database/address.ts';
import { Database } from '../data/index.ts';
import { BackplaneError } from '../errors.ts';

/** A place for the tables of one test, empty and its own. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it with everything in it. */
  drop(): Promise<void>;
}

/**
 * Makes the place where one test kernel keeps its tables: with SQLite in memory, on PostgreSQL a schema of the database (a
 * tenth of what a database of its own takes), on MySQL and MariaDB a database.
 *
 * @param given `sqlite`, or the URL of a database on a server, whose user may make schemas or databases there
 * @throws DATABASE_URL_INVALID, DATABASE_UNREACHABLE, and what the server refuses
 */
export async function createTestDatabase(given: string): Promise<TestDatabase> {
  if (given === 'sqlite') return inMemory;
  const { dialect } = parseDatabaseUrl('default', given);
  // Two processes, and two kernels of one: a number of the process alone would come again.
  const name = `backplane_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  switch (dialect) {
    case 'sqlite':
      return inMemory;
    case 'postgres':
      return onPostgres(given, name);
    case 'mysql':
      await onServer(given, (server) => server.execute(`create database ${name}`));
      return {
        url: withDatabase(given, name),
        drop: () => onServer(given, (server) => server.execute(`drop database if exists ${name}`)),
      };
    case 'mssql': {
      const reason = 'a test makes its own place on PostgreSQL, MySQL and MariaDB, or in memory by "sqlite"';
      throw new BackplaneError('DATABASE_URL_INVALID', { name: 'default', reason });
    }
  }
}

const inMemory: TestDatabase = { url: 'sqlite::memory:', drop: async () => {} };

async function onPostgres(given: string, name: string): Promise<TestDatabase> {
  return onServer(given, async (server) => {
    await server.execute(`create schema ${name}`);
    // Types of vectors must be within reach; tables that lie in `public` otherwise must not.
    const rows = await server.run(
      `select distinct quote_ident(nspname) as name from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where nspname <> 'pg_catalog'`,
    );
    const schemas = [name, ...rows.map((row) => String(row.name))];
    return {
      url: withSearchPath(given, schemas.join(',')),
      drop: () => onServer(given, (own) => own.execute(`drop schema if exists ${name} cascade`)),
    };
  });
}

function withSearchPath(given: string, schemas: string): string {
  const url = new URL(given);
  const options = [url.searchParams.get('options'), `-c search_path=${schemas}`].filter(Boolean);
  url.searchParams.delete('options');
  const rest = url.search === '' ? '?' : `${url.search}&`;
  // A plus sign for a space is not understood there.
  url.search = `${rest}options=${encodeURIComponent(options.join(' '))}`;
  return url.href;
}

function withDatabase(given: string, name: string): string {
  const url = new URL(given);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer<T>(url: string, work: (server: Database) => Promise<T>): Promise<T> {
  // A busy server takes its time to make and drop things.
  await using server = new Database({ url, connections: 1, statementTimeout: 60_000 });
  await server.assertReachable();
  return await work(server);
}
