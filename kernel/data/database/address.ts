import { BackplaneError } from '../../errors.ts';
import type { Dialect } from './dialect.ts';

/** Where a database is, as its URL says. */
export interface DatabaseAddress {
  readonly dialect: Dialect;
  /** File of an SQLite database, `:memory:` for one that lives as long as its connection; the whole URL otherwise. */
  readonly location: string;
}

const schemes: Readonly<Record<string, Dialect>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
  mssql: 'mssql',
  sqlserver: 'mssql',
};

/**
 * Takes a database URL apart.
 *
 * @param name of the database, for the error
 * @param url `sqlite:PATH`, `sqlite::memory:`, `postgres://…`, `mysql://…` (also MariaDB) or `mssql://…`
 * @throws DATABASE_URL_INVALID; it does not show the URL, which may hold a password
 */
export function parseDatabaseUrl(name: string, url: string): DatabaseAddress {
  const scheme = url.slice(0, Math.max(0, url.indexOf(':'))).toLowerCase();
  if (scheme === 'sqlite' || scheme === 'file') {
    const location = url.slice(scheme.length + 1).replace(/^\/\/(?=\/|[^/])/, '');
    if (location !== '') return { dialect: 'sqlite', location };
    throw new BackplaneError('DATABASE_URL_INVALID', { name, reason: 'it names no file' });
  }
  const dialect = schemes[scheme];
  if (dialect === undefined) {
    throw new BackplaneError('DATABASE_URL_INVALID', { name, reason: `"${scheme}:" is no kind of database` });
  }
  try {
    const { hostname } = new URL(url);
    if (hostname !== '') return { dialect, location: url };
  } catch {
    // Said below.
  }
  throw new BackplaneError('DATABASE_URL_INVALID', { name, reason: 'it names no host' });
}
