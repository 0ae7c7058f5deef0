import type { Database } from '../../data/index.ts';
import { run } from './statements.ts';

export interface TablesOptions {
  /** Opens the database. Not the one that transactions of callers run in: what is written must outlive their roll-back. */
  readonly open: () => Database;
  /** Brings the tables up to date. @throws MIGRATIONS_PENDING, DATABASE_UNREACHABLE, … */
  readonly migrate: (database: Database) => Promise<void>;
}

/** Milliseconds that a failure counts: not every one of a thousand calls a second tries anew. */
const patience = 1_000;

/** Milliseconds since 1970 by the clock of a server: those of several machines differ. */
const serverTime = {
  postgres: 'select floor(extract(epoch from clock_timestamp()) * 1000) as now',
  mysql: 'select floor(unix_timestamp(now(3)) * 1000) as now',
  mssql: `select datediff_big(millisecond, '19700101', sysutcdatetime()) as now`,
} as const;

/** The tables that providers keep things in: the database is opened and brought up to date with the first use. */
export class ProviderTables {
  readonly #options: TablesOptions;
  #database: Database | undefined;
  #ready: Promise<Database> | undefined;
  #failure: { readonly error: unknown; readonly at: number } | undefined;
  /** Milliseconds that the clock of the server is ahead. */
  #ahead = 0;

  constructor(options: TablesOptions) {
    this.#options = options;
  }

  /**
   * The database, ready to be used. What failed is tried anew by a later use.
   * @throws what opening and migrating throw
   */
  use(): Promise<Database> {
    const { error, at = Number.NEGATIVE_INFINITY } = this.#failure ?? {};
    if (performance.now() - at < patience) return Promise.reject(error);
    this.#ready ??= this.#prepare().catch((thrown: unknown) => {
      this.#ready = undefined;
      this.#failure = { error: thrown, at: performance.now() };
      throw thrown;
    });
    return this.#ready;
  }

  /** Milliseconds since 1970 as all processes see them. @param here by the clock of this one */
  date(here: number): number {
    return here + this.#ahead;
  }

  /** Compares clocks. */
  async setClock(): Promise<void> {
    const database = await this.use();
    if (database.dialect !== 'sqlite') this.#ahead = await aheadOf(database, serverTime[database.dialect]);
  }

  async #prepare(): Promise<Database> {
    this.#database ??= this.#options.open();
    const database = this.#database;
    // A power cut must not take an entry away that a request has followed.
    if (database.dialect === 'sqlite') await database.execute('pragma synchronous = full');
    else this.#ahead = await aheadOf(database, serverTime[database.dialect]);
    await this.#options.migrate(database);
    return database;
  }
}

async function aheadOf(database: Database, sql: string): Promise<number> {
  const before = Date.now();
  const [row] = await run(database, sql);
  return Number(row?.now ?? before) - (before + Date.now()) / 2;
}
