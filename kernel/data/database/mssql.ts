import knexModule from 'knex';
import { type Driver, type DriverOptions, endPool, hostOf, isBroken, silent } from './driver.ts';

/** Microsoft SQL Server over `tedious`. */
export function openMssql(url: string, options: DriverOptions): Driver {
  const { connections, acquireTimeout, statementTimeout } = options;
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const knex = knexModule({
    client: 'mssql',
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
  return {
    dialect: 'mssql',
    where: hostOf(url),
    knex,
    async run(sql, parameters, held) {
      const statement = knex.raw(sql, parameters as never[]);
      return held === undefined ? await statement : await statement.connection(held);
    },
    async execute(sql, held) {
      // A question mark would be taken for a parameter.
      const statement = knex.raw(sql.replaceAll('?', '\\?'));
      await (held === undefined ? statement : statement.connection(held));
    },
    isConnectionError: isBroken,
    close: () => endPool(knex),
  };
}
