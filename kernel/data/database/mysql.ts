import knexModule from 'knex';
import type { Connection as MysqlConnection } from 'mysql2';
import {
  type Connection,
  type Driver,
  type DriverOptions,
  endPool,
  hostOf,
  type Row,
  silent,
} from './driver.ts';
import { explainer } from './failure.ts';
import { asClient, clientClass } from './knex-client.ts';
import { onPool } from './pooled.ts';
import { cutStream, TimeLimit } from './time-limit.ts';

/** MariaDB and MySQL over `mysql2`. Its connections keep what they prepared. */
export function openMysql(url: string, options: DriverOptions): Driver {
  const { name, connections, acquireTimeout, statementTimeout } = options;
  const where = hostOf(url);
  const limit = new TimeLimit(statementTimeout, cutStream);
  const care = { where, limit, explain: explainer(name, 'mysql', where) };
  const knex = knexModule({
    client: asClient(clientClass('mysql2', options, care)),
    connection: {
      ...partsOf(url),
      charset: 'utf8mb4',
      connectTimeout: acquireTimeout,
      timezone: 'Z',
      dateStrings: true,
      // As text: parsed already, a value that is itself a text could not be told from JSON.
      jsonStrings: true,
      // As MySQL does it would say of an update how many rows it changed; with this, how many it found.
      flags: ['FOUND_ROWS'],
    } as object,
    pool: {
      min: 0,
      max: connections,
      idleTimeoutMillis: 30_000,
      createTimeoutMillis: acquireTimeout,
      afterCreate: (
        connection: Connection,
        done: (error?: Error | null, connection?: Connection) => void,
      ) => {
        const given = connection as MysqlConnection;
        limit
          .run(given, () => prepareSession(given, statementTimeout))
          .then(
            () => done(null, given),
            (error) => done(error, given),
          );
      },
    },
    acquireConnectionTimeout: acquireTimeout,
    log: silent,
  });
  const onConnection = onPool(knex, options, care);
  return {
    dialect: 'mysql',
    where,
    knex,
    limit,
    run: (sql, parameters, held) =>
      onConnection(held, sql, (connection: MysqlConnection) => execute(connection, sql, parameters)),
    execute: (sql, held) =>
      onConnection(held, sql, async (connection: MysqlConnection) => void (await ask(connection, sql))),
    close: () => endPool(knex),
  };
}

function partsOf(url: string) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: hostname,
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(searchParams.get('ssl') === 'true' ? { ssl: {} } : {}),
  };
}

function execute(connection: MysqlConnection, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.execute(sql, parameters as never[], (error, result) => {
      if (error) reject(error);
      else resolve(Array.isArray(result) ? (result as Row[]) : []);
    });
  });
}

function ask(connection: MysqlConnection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) =>
    connection.query(sql, (error, result) => (error ? reject(error) : resolve(result))),
  );
}

/**
 * ms, and refuses what MySQL would otherwise silently bend to fit. Backslashes must go on escaping in texts: knex lets
 * mysql2 write values into the statement, and that escapes quotes by them. The aggregates that make one text of many rows
 * would cut it off at 1 MB.
 */
async function prepareSession(connection: MysqlConnection, statementTimeout: number): Promise<void> {
  await ask(
    connection,
    `set session sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', group_concat_max_len = 1073741824`,
  );
  if (statementTimeout <= 0) return;
  try {
    await ask(connection, `set session max_statement_time = ${statementTimeout / 1000}`);
  } catch {
    // MySQL has another name for it, in another unit, and for reading only.
    await ask(connection, `set session max_execution_time = ${statementTimeout}`);
  }
}
