import { BackplaneError, didYouMean } from '../../errors.ts';
import { Database } from './database.ts';
import type { DatabaseHealth, DatabaseOptions } from './database-options.ts';

export interface DatabasesOptions {
  /** By name; `default` is the one that entities lie in when they say nothing else. */
  readonly databases: Readonly<Record<string, Omit<DatabaseOptions, 'name'>>>;
  /** Called for each when it is first asked for. */
  readonly onOpen?: (database: Database) => void;
}

/** The databases of an application, by name. Each is opened when it is first asked for. */
export class Databases implements AsyncDisposable {
  readonly #options: DatabasesOptions;
  readonly #open = new Map<string, Database>();
  #closed = false;

  constructor(options: DatabasesOptions) {
    this.#options = options;
  }

  get names(): readonly string[] {
    return Object.keys(this.#options.databases);
  }

  /** Those that are open. */
  get open(): readonly Database[] {
    return [...this.#open.values()];
  }

  /** @throws DATABASE_UNKNOWN, DATABASE_URL_INVALID, DATABASE_UNREACHABLE (a file that cannot be opened), DATABASE_CLOSED */
  get(name = 'default'): Database {
    const known = this.#open.get(name);
    if (known) return known;
    if (this.#closed) throw new BackplaneError('DATABASE_CLOSED', { name });
    const database = new Database({ ...this.#optionsOf(name), name });
    this.#open.set(name, database);
    this.#options.onOpen?.(database);
    return database;
  }

  /** @throws DATABASE_UNKNOWN */
  urlOf(name: string): string {
    return this.#optionsOf(name).url;
  }

  /** Of those that are open. Never throws. */
  health(): Promise<readonly DatabaseHealth[]> {
    return Promise.all(this.open.map((database) => database.health()));
  }

  #optionsOf(name: string): Omit<DatabaseOptions, 'name'> {
    const { databases } = this.#options;
    const options = Object.hasOwn(databases, name) ? databases[name] : undefined;
    if (options) return options;
    throw new BackplaneError('DATABASE_UNKNOWN', { name, suggestion: didYouMean(name, this.names) });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.open.map((database) => database.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
