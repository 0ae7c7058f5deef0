import { createRequire } from 'node:module';
import type { Database, Databases } from './data/index.ts';
import { isInMemory, openBeside } from './databases.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './log/index.ts';
import { migrateKernel } from './migrations.ts';
import { realClock } from './provider/clock.ts';
import { type AttemptJournal, type Credentials, MemoryJournal } from './provider/index.ts';
import type * as Stored from './provider/stored/index.ts';
import type { KernelSettings } from './settings/index.ts';

const load = createRequire(import.meta.url);

export interface ProviderStorageOptions {
  readonly settings: KernelSettings;
  /** Folder of the application. */
  readonly root: string;
  readonly log: Logger;
  readonly credentials: Credentials;
  /** The databases of the application. */
  readonly databases: () => Databases;
  /** The same if they are open. */
  readonly opened: () => Databases | undefined;
  /** There are attempts whose outcome nobody knows. */
  readonly onUnsettled: () => void;
  /** Milliseconds between two looks at what other processes have changed; 5,000 if left out. */
  readonly interval?: number;
}

/** Milliseconds between two times that old attempts are forgotten. */
const sweepInterval = 3_600_000;

/**
 * What providers keep in the default database: instances, and the journal. Nothing is opened before {@link start}, or before
 * it is needed; and nothing of it stands in the way of instances from settings.
 */
export class ProviderStorage implements AsyncDisposable {
  readonly instances: Stored.StoredInstances;
  readonly journal: AttemptJournal;
  readonly #options: ProviderStorageOptions;
  readonly #tables: Stored.ProviderTables;
  readonly #stored: Stored.DatabaseJournal | undefined;
  #own: Database | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isClosed = false;
  #hasFailed = false;
  /** The first time is a minute after the start: nobody who starts waits for it. */
  #sweptAt = Date.now() - sweepInterval + 60_000;

  constructor(options: ProviderStorageOptions) {
    const { settings, root, log, credentials, databases } = options;
    const { DatabaseJournal, OutsideTransactions, ProviderTables, StoredInstances } = load(
      './provider/stored/index.ts',
    ) as typeof Stored;
    this.#options = options;
    const inMemory = isInMemory(settings);
    const clock = realClock;
    this.#tables = new ProviderTables({
      // Another connection to a database in memory would be another database.
      open: () => {
        if (inMemory) return databases().get();
        this.#own = openBeside({ settings, root, log });
        return this.#own;
      },
      migrate: (database) => migrateKernel(database, { auto: settings.autoMigrate, log }),
    });
    const isBlocked = (): boolean => this.#isBlocked();
    this.instances = new StoredInstances({ tables: this.#tables, credentials, clock, log, isBlocked });
    const { keyring } = credentials;
    this.#stored = inMemory ? undefined : new DatabaseJournal({ tables: this.#tables, keyring, clock });
    // It would not outlive this process either way.
    this.journal = new OutsideTransactions(this.#stored ?? new MemoryJournal(), isBlocked);
  }

  /** Reads what is kept, and goes on looking at it. A database that does not answer is told, and asked again later. */
  async start(): Promise<void> {
    if (this.#timer || this.#isClosed) return;
    const { interval = 5_000 } = this.#options;
    this.#timer = setInterval(() => void this.#look(), interval).unref();
    await this.#look();
  }

  /** Variables may have other values now: reads the instances anew that name them. */
  async reread(): Promise<void> {
    if (!this.#timer) return;
    await this.instances.refresh({ anew: true }).catch((error: unknown) => this.#fail(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#stored?.stop();
    // What is looked at now fails then, and nobody waits for a server that is silent.
    await this.#own?.close();
    await this.#looking;
  }

  /** One look at a time: those that come meanwhile see what it sees. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const { log, onUnsettled } = this.#options;
    try {
      await this.#tables.setClock();
      await this.instances.refresh();
      if (this.#stored) await this.#lookAt(this.#stored, onUnsettled);
      if (this.#hasFailed) log.info('What providers keep in the database can be read and written again');
      this.#hasFailed = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  async #lookAt(journal: Stored.DatabaseJournal, onUnsettled: () => void): Promise<void> {
    if ((await journal.unsettled()).length > 0 && !this.#isClosed) onUnsettled();
    if (Date.now() - this.#sweptAt < sweepInterval) return;
    await journal.sweep();
    this.#sweptAt = Date.now();
  }

  #fail(error: unknown): void {
    if (this.#hasFailed || this.#isClosed) return;
    this.#hasFailed = true;
    const message =
      `What providers keep in the database cannot be read or written: ${messageOf(error)} ` +
      'Until it can, instances stay as they were read last, and what must not be done twice is refused (PROVIDER_JOURNAL_FAILED).';
    this.#options.log.error(message);
  }

  /** Is a transaction of SQLite running here, which keeps everybody else from writing? */
  #isBlocked(): boolean {
    const database = this.#options.opened()?.open.find(({ name }) => name === 'default');
    return database?.dialect === 'sqlite' && database.inTransaction;
  }
}
