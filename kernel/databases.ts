import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseDatabaseUrl } from './data/database/address.ts';
import type * as Data from './data/index.ts';
import type { Database, Databases, DataContext, EntityCatalog, StatementEvent } from './data/index.ts';
import type { Logger } from './log/index.ts';
import type { KernelSettings, Sources } from './settings/index.ts';

const load = createRequire(import.meta.url);

export interface KernelDatabases {
  readonly settings: KernelSettings;
  readonly sources: Sources;
  /** Folder of the application, which paths of SQLite files start from. */
  readonly root: string;
  readonly log: Logger;
  /**
   * Nothing is to be made: a file of SQLite that is missing is looked at as an empty database.
   * @param file that there is not
   */
  readonly onMissing?: (name: string, file: string) => void;
}

/**
 * The databases that the environment names: `DATABASE_URL` is the default one, `ANALYTICS_DATABASE_URL` is "analytics";
 * `…_DATABASE_REPLICA_URLS` lists copies to read from. Each is connected when it is first used.
 */
export function createDatabases({ settings, sources, root, log, onMissing }: KernelDatabases): Databases {
  // Loaded with the first use: an application without a database must not pay for the drivers at its start.
  const { Databases } = load('./data/index.ts') as typeof Data;
  const variables = { ...sources.dotenv, ...sources.environment };
  const common = {
    root,
    connections: settings.databaseConnections,
    statementTimeout: settings.statementTimeout,
  };
  const there = (name: string, url: string): string => {
    const file = onMissing && missingFile(name, url, root);
    if (file === undefined) return url;
    onMissing?.(name, file);
    return 'sqlite::memory:';
  };
  const named = Object.entries(variables).flatMap(([variable, url]) => {
    const name = /^([A-Z][A-Z0-9_]*)_DATABASE_URL$/.exec(variable)?.[1];
    if (name === undefined || !url) return [];
    const replicas = listOf(variables[`${name}_DATABASE_REPLICA_URLS`]);
    const called = name.toLowerCase().replaceAll('_', '-');
    return [[called, { ...common, url: there(called, url), replicas }]];
  });
  const onOpen = (database: Database): void => void database.onStatement(statementLog(settings, log));
  return new Databases({
    databases: {
      ...Object.fromEntries(named),
      default: {
        ...common,
        url: there('default', settings.databaseUrl),
        replicas: settings.databaseReplicaUrls,
      },
    },
    onOpen,
  });
}

/** Connections for what the kernel itself keeps. */
const ownConnections = 4;

/**
 * The default database once more, with connections of its own: what is written there is no part of anybody's transaction,
 * and waits for nobody who holds a connection and waits for it.
 */
export function openBeside({ settings, root, log }: Omit<KernelDatabases, 'sources'>): Database {
  const { Database } = load('./data/index.ts') as typeof Data;
  const database = new Database({
    root,
    url: settings.databaseUrl,
    connections: Math.min(ownConnections, settings.databaseConnections),
    statementTimeout: settings.statementTimeout,
  });
  database.onStatement(statementLog(settings, log));
  return database;
}

/** Logs statements, where somebody wants to read them, and those that are slow. */
function statementLog(settings: KernelSettings, log: Logger): (statement: StatementEvent) => void {
  return ({ database, sql, parameters, duration, error }) => {
    const ms = Math.round(duration * 10) / 10;
    const details = { database, sql, ms, ...(error === undefined ? {} : { err: error }) };
    if (settings.slowStatement > 0 && duration > settings.slowStatement) {
      log.warn(details, `A statement took ${ms} ms`);
    } else if (log.isLevelEnabled('sql')) {
      log.sql({ ...details, parameters: parameters.length }, 'statement');
    }
  };
}

/** Does the default database live in memory, and end with this process? */
export function isInMemory({ databaseUrl }: KernelSettings): boolean {
  try {
    return parseDatabaseUrl('default', databaseUrl).location === ':memory:';
  } catch {
    // Said by whoever uses it.
    return false;
  }
}

/**
 * Makes what reads and writes the entities of a catalog. One for each catalog: it goes with the last snapshot that has it.
 */
export function dataContexts(databases: () => Databases): (catalog: EntityCatalog) => DataContext {
  const contexts = new WeakMap<EntityCatalog, DataContext>();
  return (catalog) => {
    const known = contexts.get(catalog);
    if (known) return known;
    const { DataContext } = load('./data/index.ts') as typeof Data;
    const made = new DataContext({ databases: databases(), catalog });
    contexts.set(catalog, made);
    return made;
  };
}

function missingFile(name: string, url: string, root: string): string | undefined {
  // What is wrong with the URL of another database is not this command's concern.
  if (!/^(sqlite|file):/i.test(url)) return undefined;
  const { dialect, location } = parseDatabaseUrl(name, url);
  if (dialect !== 'sqlite' || location === ':memory:') return undefined;
  const file = resolve(root, location);
  return existsSync(file) ? undefined : file;
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
