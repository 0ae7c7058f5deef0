import type { Databases } from './data/index.ts';
import type { Logger } from './log/index.ts';
import {
  type Credentials,
  instancesFromSettings,
  Keyring,
  MemoryInstances,
  Providers,
  type ProviderWorld,
  RedisState,
} from './provider/index.ts';
import { ProviderStorage } from './provider-storage.ts';
import type { KernelSettings, Sources } from './settings/index.ts';
import { unanswered } from './unanswered.ts';

export interface ProviderRoomOptions {
  readonly settings: KernelSettings;
  /** Folder of the application. */
  readonly root: string;
  readonly log: Logger;
  readonly sources: Sources;
  /** Keys for what is kept, where settings name none. Asked when one is needed. */
  readonly secretsKeys: () => readonly string[];
  /** Capabilities and drivers of the snapshot that is worked with, held until they are released. */
  readonly world: () => ProviderWorld;
  /** The databases of the application. */
  readonly databases: () => Databases;
  /** The same if they are open. */
  readonly opened: () => Databases | undefined;
}

/** Providers with what they need of the kernel: instances from settings and the database, a journal, keys, Redis. */
export class ProviderRoom implements AsyncDisposable {
  readonly #options: ProviderRoomOptions;
  readonly #instances = new MemoryInstances([], 'settings');
  readonly #credentials: Credentials;
  #sources: Sources;
  #storage: ProviderStorage | undefined;
  #providers: Providers | undefined;
  #told: string | undefined;

  /** @throws SECRETS_KEY_INVALID */
  constructor(options: ProviderRoomOptions) {
    this.#options = options;
    this.#sources = options.sources;
    const { secretsKey } = options.settings;
    // Keys that are given are checked now; one that is made is made when it is needed.
    this.#credentials = {
      keyring: new Keyring(secretsKey.length > 0 ? secretsKey : options.secretsKeys),
      variable: (name) => this.#variables().get(name),
    };
    this.#takeInstances();
  }

  /** Made when they are first asked for. */
  get providers(): Providers {
    this.#providers ??= this.#create();
    return this.#providers;
  }

  /** Reads what is kept in the database, and goes on looking at it. Never rejects. */
  async start(): Promise<void> {
    // The storage is made with them.
    void this.providers;
    await this.#storage?.start();
    this.#tellUnanswered();
  }

  /** Settings have changed: takes the instances that they name now, and the values of variables. */
  async take(sources: Sources): Promise<void> {
    this.#sources = sources;
    this.#takeInstances();
    await this.#storage?.reread();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#providers?.[Symbol.asyncDispose]();
    await this.#storage?.[Symbol.asyncDispose]();
  }

  /** Once those of the database are known, too. Elsewhere than in production, fallbacks answer or tests know why. */
  #tellUnanswered(): void {
    const { settings, log, world } = this.#options;
    if (settings.nodeEnv !== 'production') return;
    const now = world();
    const told = unanswered(now, this.providers.list());
    now.release();
    if (told !== undefined && told !== this.#told) log.warn(told);
    this.#told = told;
  }

  #create(): Providers {
    const { settings, root, log, databases, opened, world } = this.#options;
    const { redisUrl, redisPrefix: prefix } = settings;
    const credentials = this.#credentials;
    const storage = new ProviderStorage({
      settings,
      root,
      log,
      credentials,
      databases,
      opened,
      onUnsettled: () => this.providers.reconcileLater(),
    });
    this.#storage = storage;
    return new Providers({
      world,
      stores: [this.#instances],
      keeper: storage.instances,
      credentials,
      journal: storage.journal,
      log,
      ...(redisUrl === undefined ? {} : { shared: new RedisState({ url: redisUrl, prefix, log }) }),
      fallbacks: settings.nodeEnv !== 'production',
    });
  }

  /** Without what every object has: `{ env: 'constructor' }` names no variable. */
  #variables(): ReadonlyMap<string, string | undefined> {
    return new Map(Object.entries({ ...this.#sources.dotenv, ...this.#sources.environment }));
  }

  #takeInstances(): void {
    const read = instancesFromSettings(this.#sources, this.#credentials.keyring);
    for (const fault of read.faults) this.#options.log.error(`An instance cannot be used. ${fault}`);
    this.#instances.replace(read.instances, read.faulty);
  }
}
