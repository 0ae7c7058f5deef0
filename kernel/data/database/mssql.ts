import knexModule from 'knex';
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

/** Microsoft SQL Server over `tedious`. */
export function openMssql(url: string, options: DriverOptions): Driver {
  const { name, connections, acquireTimeout, statementTimeout } = options;
  const where = hostOf(url);
  const care = { where, explain: explainer(name, 'mssql', where) };
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const knex = knexModule({
    client: asClient(clientClass('mssql', options, care)),
    connection: {
      server: hostname,
      port: port === '' ? 1433 : Number(port),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(pathname.slice(1)),
      requestTimeout: statementTimeout,
      options: {
        encrypt: searchParams.get('encrypt') !== 'false',
        trustServerCertificate: searchParams.get('trustServerCertificate') === 'true',
        useUTC: true,
      },
    } as object,
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: acquireTimeout,
    log: silent,
  });
  const onConnection = onPool(knex, options, care);
  return {
    dialect: 'mssql',
    where,
    knex,
    run: (sql, parameters, held) =>
      onConnection(
        held,
        sql,
        async (connection: Connection): Promise<Row[]> =>
          await knex.raw(sql, parameters as never[]).connection(connection),
      ),
    execute: (sql, held) =>
      onConnection(held, sql, async (connection: Connection) => {
        // A question mark would be taken for a parameter.
        await knex.raw(sql.replaceAll('?', '\\?')).connection(connection);
      }),
    close: () => endPool(knex),
  };
}
