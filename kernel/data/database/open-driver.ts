import { isAbsolute, resolve } from 'node:path';
import { BackplaneError, messageOf } from '../../errors.ts';
import { parseDatabaseUrl } from './address.ts';
import type { Driver, DriverOptions } from './driver.ts';
import { openMssql } from './mssql.ts';
import { openMysql } from './mysql.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/**
 * @param root folder that the path of an SQLite file starts from
 * @throws DATABASE_URL_INVALID, DATABASE_UNREACHABLE for a file that cannot be opened
 */
export function openDriver(url: string, root: string, options: DriverOptions): Driver {
  const { name } = options;
  const { dialect, location } = parseDatabaseUrl(name, url);
  switch (dialect) {
    case 'postgres':
      return openPostgres(location, options);
    case 'mysql':
      return openMysql(location, options);
    case 'mssql':
      return openMssql(location, options);
    case 'sqlite': {
      const where = location === ':memory:' || isAbsolute(location) ? location : resolve(root, location);
      try {
        return openSqlite(where, options);
      } catch (error) {
        const details = { name, where, reason: messageOf(error) };
        throw new BackplaneError('DATABASE_UNREACHABLE', details, { cause: error });
      }
    }
  }
}
