import { Database, type DatabaseOptions, type Dialect } from 'backplane/data';
import { parseDatabaseUrl } from '../../../kernel/data/database/address.ts';

/** What a test opens a database with: empty, its own, and gone after the test's file. */
export type OpenDatabase = (options?: Partial<DatabaseOptions>) => Promise<Database>;

interface Server {
  readonly dialect: Dialect;
  readonly title: string;
  /** Without the name of a database. */
  readonly url: string;
}

const servers: readonly Server[] = [
  {
    dialect: 'postgres',
    title: 'PostgreSQL',
    url: process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  {
    dialect: 'mysql',
    title: 'MariaDB',
    url: process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/mysql',
  },
];

/** Where the server is that such databases are tested on. */
export function urlOf(dialect: Dialect): string {
  const server = servers.find((one) => one.dialect === dialect);
  if (server === undefined) throw new Error(`There is no server of ${dialect}.`);
  return server.url;
}

const reachable = await Promise.all(
  servers.map(async ({ url }) => {
    await using database = new Database({ url, acquireTimeout: 2000 });
    return (await database.health()).ok;
  }),
);

let made = 0;

/**
 * Describes the same behaviour on SQLite, and on each server that is reachable. What is not is shown as a pending test,
 * so that the summary names it.
 */
export function onEveryDatabase(
  title: string,
  body: (open: OpenDatabase, dialect: Dialect) => void,
  { dialects = ['sqlite', 'postgres', 'mysql'] }: { dialects?: readonly Dialect[] } = {},
): void {
  if (dialects.includes('sqlite')) {
    describe(`${title} on SQLite`, () => {
      const opened: Database[] = [];
      body(async (options) => {
        const database = new Database({ url: 'sqlite::memory:', ...options });
        opened.push(database);
        return database;
      }, 'sqlite');
      after(() => Promise.all(opened.map((database) => database.close())));
    });
  }
  servers.forEach(({ dialect, title: server, url }, index) => {
    if (!dialects.includes(dialect)) return;
    describe(`${title} on ${server}`, () => {
      if (reachable[index]) describeOnServer(dialect, url, body);
      else it(`cannot be tested: ${server} is not reachable at ${new URL(url).host}`);
    });
  });
}

function describeOnServer(
  dialect: Dialect,
  url: string,
  body: (open: OpenDatabase, dialect: Dialect) => void,
): void {
  const opened: Database[] = [];
  const names: string[] = [];
  body(async (options) => {
    made += 1;
    const name = `backplane_test_${process.pid}_${made}`;
    await onServer(url, async (server) => void (await server.knex.raw(`create database ${name}`)));
    names.push(name);
    const database = new Database({ url: withName(url, name), ...options });
    opened.push(database);
    return database;
  }, dialect);
  after(async () => {
    await Promise.all(opened.map((database) => database.close()));
    const force = parseDatabaseUrl('test', url).dialect === 'postgres' ? ' with (force)' : '';
    await onServer(url, async (server) => {
      for (const name of names) await server.knex.raw(`drop database if exists ${name}${force}`);
    });
  });
}

/** The URL of a test's database on a server, for a second connection or another process. */
export async function urlOfDatabase(database: Database): Promise<string> {
  const { dialect } = database;
  const server = servers.find((one) => one.dialect === dialect);
  if (!server) throw new Error(`${dialect} is no server.`);
  const [row] = await database.run(
    dialect === 'mysql' ? 'select database() as name' : 'select current_database() as name',
  );
  return withName(server.url, String(row?.name));
}

export function withName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function onServer(url: string, work: (server: Database) => Promise<void>): Promise<void> {
  // On a busy machine a server takes its time to make and drop databases.
  await using server = new Database({ url, statementTimeout: 0 });
  await work(server);
}
