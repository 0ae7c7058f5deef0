import { join, resolve } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import {
  extensionRoutes,
  healthRoutes,
  inspectionRoutes,
  ProviderAdministration,
  providerRoutes,
} from './administration/index.ts';
import { type Configuration, configure } from './configuration.ts';
import { Container } from './container/index.ts';
import type { Databases, DataContext } from './data/index.ts';
import { createDatabases, dataContexts } from './databases.ts';
import { messageOf } from './errors.ts';
import { EventBus, listeners, type OwnedEvents } from './event/index.ts';
import {
  currentArrival,
  DesiredState,
  ExtensionHost,
  type Generation,
  type Root,
  settingsView,
  Watcher,
} from './extension/index.ts';
import { ModuleLoader } from './extension/modules/index.ts';
import {
  type Address,
  accessLog,
  createHttpServer,
  ErrorDetails,
  type HttpServer,
  type InjectedResponse,
  type InjectOptions,
  middleware,
  prepareRoute,
  type RouteOwner,
  rootStrategy,
  routes,
  strategies,
} from './http/index.ts';
import { createLogger, type LogControl, type LogDestination, type Logger } from './log/index.ts';
import { ExtensionMigrations } from './migrations.ts';
import {
  type Credentials,
  capabilities,
  drivers,
  instancesFromSettings,
  Keyring,
  MemoryInstances,
  Providers,
  RedisState,
} from './provider/index.ts';
import { ProviderStorage } from './provider-storage.ts';
import { registries } from './registries.ts';
import { requestHere, requestId, signalHere } from './request-here.ts';
import { entities, Managers, resources } from './resource/index.ts';
import { missingPaths, usualRoots } from './roots.ts';
import {
  type KernelSettings,
  kernelSettings,
  loadSources,
  type SettingsWatcher,
  type Sources,
  type Variables,
  watchSettings,
} from './settings/index.ts';
import { compileSnapshot, type Registry, type Snapshot } from './snapshot/index.ts';

declare module 'backplane' {
  interface Services {
    readonly kernel: Kernel;
    readonly log: Logger;
    /** The databases that the environment names; each is connected when it is first used. */
    readonly databases: Databases;
    /** The entities of the snapshot that is worked with, in their databases: `data.repository(Post)`. */
    readonly data: DataContext;
    /** The same entities for whoever makes the request: with access rules, validation, hooks and events. */
    readonly managers: Managers;
    /** Whoever does what a capability asks for: `providers.for('payment').charge(input, { operationId })`. */
    readonly providers: Providers;
    /**
     * The snapshot that the current request is answered from; in another scope (a command), the current one. What lives
     * longer reads `kernel.snapshot` each time, since it would keep what was replaced.
     */
    readonly snapshot: Snapshot<RouteOwner>;
  }
}

export interface KernelOptions {
  /** Folder of the application: its `extensions/`, `providers/`, `config/`, `.env` and `var/`. The working directory if left out. */
  readonly root?: string;
  /** The environment; the process's own if left out. */
  readonly env?: Variables;
  /** Look for extensions here only, instead of in the usual places. */
  readonly extensionRoots?: readonly Root[];
  /** Where log lines go; standard output if left out. */
  readonly logDestination?: LogDestination;
  /** How log lines look; `json` in production, else `pretty`, if left out. */
  readonly logFormat?: 'json' | 'pretty';
}

/** What a kernel's settings were read from. */
export interface Surroundings {
  readonly env: Variables;
  readonly sources: Sources;
  /** Reads them anew. */
  readonly read: () => Promise<Sources>;
}

/**
 * Makes a kernel: reads its settings and puts its rooms together. Nothing is loaded yet, and nothing listens.
 *
 * @throws SETTINGS_INVALID with every fault of the kernel's own settings; CONFIG_FILE_INVALID
 */
export async function createKernel(options: KernelOptions = {}): Promise<Kernel> {
  const { root = process.cwd(), env = process.env } = options;
  const read = (): Promise<Sources> => loadSources({ root, env });
  const sources = await read();
  return new Kernel(resolve(root), { env, sources, read }, configure(sources, root), options);
}

/** A running system: extensions, the snapshot compiled from them, and the server that answers from it. */
export class Kernel implements AsyncDisposable {
  readonly version: string = packageJson.version;
  readonly root: string;
  readonly settings: KernelSettings;
  readonly configuration: Configuration;
  readonly extensions: ExtensionHost;
  readonly container: Container;
  readonly events: OwnedEvents;
  readonly http: HttpServer;
  /** What administrators see of providers and do with them. */
  readonly providerAdministration = new ProviderAdministration(
    () => this.container.services.providers,
    () => this.snapshot,
  );
  readonly #logControl: LogControl;
  readonly #roots: readonly Root[];
  readonly #readSources: () => Promise<Sources>;
  readonly #instances = new MemoryInstances([], 'settings');
  readonly #credentials: Credentials;
  #sources: Sources | undefined;
  #storage: ProviderStorage | undefined;
  #snapshot: Snapshot<RouteOwner>;
  #status: 'starting' | 'ready' | 'draining' = 'starting';
  #watcher: Watcher | undefined;
  #settingsWatcher: SettingsWatcher | undefined;
  #stopping: Promise<void> | undefined;

  /** Use {@link createKernel}. */
  constructor(
    root: string,
    { env, sources, read }: Surroundings,
    configuration: Configuration,
    options: KernelOptions,
  ) {
    const { settings, rootApiKey, madeSecrets, secretsKeys } = configuration;
    this.root = root;
    this.#readSources = read;
    this.configuration = configuration;
    this.settings = settings;
    this.#logControl = createLogger({
      level: settings.logLevel,
      format: options.logFormat ?? (settings.nodeEnv === 'production' ? 'json' : 'pretty'),
      context: requestId,
      ...(options.logDestination ? { destination: options.logDestination } : {}),
    });
    const { log } = this;
    const warn = (message: string): void => log.warn(message);
    [...configuration.warnings, ...missingPaths(settings)].forEach(warn);

    // Looking at their health must not open them.
    let opened: Databases | undefined;
    const databases = (): Databases => this.container.services.databases;
    const dataOf = dataContexts(databases);
    const migrations = new ExtensionMigrations({ databases, auto: settings.autoMigrate, log });
    this.container = new Container({ owner: 'kernel' });
    this.container
      .value('kernel', this)
      .value('log', log)
      .singleton('databases', () => (opened = createDatabases({ settings, sources, root, log })), {
        dispose: (databases) => databases.close(),
      })
      .scoped('snapshot', () => this.#snapshotHere())
      // What boots is not published yet, and its entities are not in any snapshot.
      .transient('data', () => dataOf(this.#viewHere(entities)))
      .transient('managers', ({ data }) => this.#managersWith(data))
      .singleton('providers', () => this.#createProviders(() => opened), {
        dispose: async (providers) => {
          await providers[Symbol.asyncDispose]();
          await this.#storage?.[Symbol.asyncDispose]();
        },
      });
    // Keys that are given are checked now; one that is made is made when it is needed.
    const keyring = new Keyring(settings.secretsKey.length > 0 ? settings.secretsKey : secretsKeys);
    this.#credentials = { keyring, variable: (name) => variablesOf(this.#sources).get(name) };
    this.#takeInstances(sources);
    const bus = new EventBus({
      table: () => this.snapshot.get(listeners),
      onError: (error, extension, event) =>
        log.error({ err: error, extension, event }, `A listener of "${extension}" failed on "${event}"`),
    });
    this.events = bus.for({ name: 'kernel', isLive: () => true });

    const owner: RouteOwner = { name: 'kernel', generation: 1, prefix: '', container: this.container, log };
    const contributions = new Map<string, readonly unknown[]>();
    this.#roots = options.extensionRoots ?? usualRoots(root, settings);
    this.extensions = new ExtensionHost({
      log,
      bus,
      selection: settings.selection,
      kernelVersion: this.version,
      kernelContainer: this.container,
      kernel: { owner, registries, contributions },
      roots: this.#roots,
      migrate: (extension) => migrations.migrate(extension),
      sources: async () => ({ ...(await read()), made: madeSecrets }),
      desired: new DesiredState(join(root, 'var', 'extensions.json'), warn),
      loader: new ModuleLoader({
        cache: join(root, 'var', 'cache'),
        native: env.NODE_V8_COVERAGE !== undefined,
        timeLimit: 10_000,
        onWarning: (warning) => warn(warning.message),
      }),
      drainTimeout: settings.drainTimeout,
      onDrainDeadline: (generation) => this.#endRequestsOf(generation),
      onArrival: (snapshot, arrived) => migrations.compareArrived(snapshot.get(entities), arrived),
      prepare: (snapshot, generation) => this.#prepare(snapshot, generation),
      publish: (snapshot) => {
        this.#snapshot = snapshot;
        if (this.#status === 'ready') void this.#startProviders();
      },
    });
    contributions.set(settingsView.name, [kernelSettings(settings.nodeEnv)]);
    // Decided once: where nobody reads it, no request is observed for it.
    contributions.set(middleware.name, [
      ...(log.isLevelEnabled('debug') ? [accessLog] : []),
      ...(settings.nodeEnv === 'production' ? [] : [new ErrorDetails()]),
    ]);
    contributions.set(strategies.name, [rootStrategy(rootApiKey)]);
    contributions.set(routes.name, [
      ...healthRoutes(
        this.extensions,
        () => this.#status,
        async () => opened?.health() ?? [],
      ),
      ...(rootApiKey === undefined
        ? []
        : [
            ...extensionRoutes(this.extensions),
            ...inspectionRoutes(this.extensions, () => this.snapshot),
            ...providerRoutes(this.providerAdministration),
          ]),
    ]);
    this.#snapshot = compileSnapshot({
      owners: new Map(),
      registries: registries.map((registry) => ({ registry, owner: owner.name })),
      contributions: new Map(
        [...contributions].map(([name, values]) => [
          name,
          values.map((value) => ({ owner, source: 'kernel', value })),
        ]),
      ),
    });
    this.http = createHttpServer({
      current: () => this.#snapshot,
      settings,
      log,
      ready: () => this.#status === 'ready',
    });
  }

  get log(): Logger {
    return this.#logControl.log;
  }

  /** A call holds the snapshot that it began with, so that no driver is taken from under it. */
  #createProviders(opened: () => Databases | undefined): Providers {
    const { settings, root, log } = this;
    const { redisUrl, redisPrefix: prefix } = settings;
    const storage = new ProviderStorage({
      settings,
      root,
      log,
      credentials: this.#credentials,
      databases: () => this.container.services.databases,
      opened,
      onUnsettled: () => providers.reconcileLater(),
    });
    this.#storage = storage;
    const providers = new Providers({
      world: () => {
        const snapshot = this.#snapshotHere().acquire();
        return {
          capabilities: this.#viewHere(capabilities),
          drivers: this.#viewHere(drivers),
          release: () => snapshot.release(),
        };
      },
      stores: [this.#instances],
      keeper: storage.instances,
      credentials: this.#credentials,
      journal: storage.journal,
      log,
      ...(redisUrl === undefined ? {} : { shared: new RedisState({ url: redisUrl, prefix, log }) }),
      fallbacks: settings.nodeEnv !== 'production',
    });
    return providers;
  }

  /** Reads what providers keep, once there is something to ask them for. Never rejects. */
  async #startProviders(): Promise<void> {
    if (this.#snapshot.get(capabilities).size === 0 || this.#status === 'draining') return;
    // Made with them.
    void this.container.services.providers;
    await this.#storage?.start();
  }

  #takeInstances(sources: Sources): void {
    this.#sources = sources;
    const read = instancesFromSettings(sources, this.#credentials.keyring);
    for (const fault of read.faults) this.log.error(`An instance cannot be used. ${fault}`);
    this.#instances.replace(read.instances, read.faulty);
  }

  #managersWith(data: DataContext): Managers {
    return new Managers({
      table: this.#viewHere(resources),
      data,
      events: this.events,
      log: this.log,
      providers: () => this.container.services.providers,
      actor: () => requestHere()?.actor,
      signal: signalHere,
    });
  }

  /** The view of the extensions that boot, which is not published yet; otherwise of the snapshot that is worked with. */
  #viewHere<Value, View, By extends RouteOwner>(registry: Registry<Value, View, By>): View {
    return currentArrival()?.view(registry) ?? this.#snapshotHere().get(registry);
  }

  /** That of the request that is being answered; outside of one, the current one. */
  #snapshotHere(): Snapshot<RouteOwner> {
    return requestHere()?.snapshot ?? this.snapshot;
  }

  /**
   * Changes the log level while the kernel runs. Requests are logged (at `debug`) if the level at the start said so.
   * @throws LOG_LEVEL_UNKNOWN
   */
  setLogLevel(level: string): void {
    this.#logControl.setLevel(level);
  }

  /** What new requests are answered from. */
  get snapshot(): Snapshot<RouteOwner> {
    return this.#snapshot;
  }

  /**
   * Loads the extensions, without listening.
   * @throws BOOT_ABORTED when an extension that must run does not; EXTENSION_NOT_FOUND for an unknown name in `EXTENSIONS`
   */
  async boot(): Promise<void> {
    await this.extensions.boot();
    await this.#startProviders();
    // Told to stop meanwhile, it does not become ready any more.
    if (this.#status === 'starting') this.#status = 'ready';
  }

  /**
   * Listens, watches the extensions if the settings say so, and loads them. While it boots, `GET /health/ready` answers 503.
   *
   * @returns where it listens
   * @throws PORT_IN_USE and its like; whatever {@link boot} throws. Everything acquired has been released then
   */
  async start(): Promise<Address> {
    try {
      const address = await this.http.listen();
      // Before anything is read, so that nothing saved while it boots is missed.
      if (this.settings.watch) await this.watch();
      await this.boot();
      return address;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Starts to watch the extension folders, `.env` and `config/`. Resolves when every change from now on will be noticed. */
  async watch(): Promise<void> {
    this.#watcher ??= new Watcher({
      roots: this.#roots,
      onChange: (names) => {
        this.log.debug(`Changed on disk: ${[...names].join(', ')}`);
        return this.extensions.sync(names);
      },
      onError: (error) => this.log.error({ err: error }, 'Watching the extensions failed'),
    });
    this.#settingsWatcher ??= watchSettings({
      root: this.root,
      onChange: async () => {
        this.log.info(
          "Settings changed: extensions get theirs now, the kernel's own count from the next start",
        );
        this.#takeInstances(await this.#readSources());
        await this.#storage?.reread();
        await this.extensions.sync([]);
      },
      onError: (error) => this.log.error(`The settings could not be read anew: ${messageOf(error)}`),
    });
    await Promise.all([this.#watcher.ready(), this.#settingsWatcher.ready]);
  }

  /** Sends one request through memory, without a socket. */
  inject(method: string, path: string, options?: InjectOptions): Promise<InjectedResponse> {
    return this.http.inject(method, path, options);
  }

  /** Stops gracefully: readiness off, requests drained, everything released. Never throws; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    this.#status = 'draining';
    this.extensions.freeze();
    await this.#watcher?.close();
    await this.#settingsWatcher?.[Symbol.asyncDispose]();
    await this.http.close({ timeout: this.settings.shutdownTimeout });
    await this.extensions.close();
    for (const error of await this.container.dispose()) this.log.error({ err: error }, error.message);
    await this.extensions.idle();
  }

  /** Schemas compile at the first request of their route; those of what is loaded while the kernel serves compile before. */
  #prepare(snapshot: Snapshot<RouteOwner>, generation: Generation): void {
    if (this.#status !== 'ready') return;
    for (const { owner, route } of snapshot.get(routes).endpoints)
      if (owner === generation) prepareRoute(route);
  }

  #endRequestsOf(generation: Generation): void {
    const count = this.http.abort(generation);
    if (count === 0) return;
    generation.log.warn(
      `${count} requests of generation ${generation.generation} took too long and were ended`,
    );
  }
}

/** Without what every object has: `{ env: 'constructor' }` names no variable. */
function variablesOf(sources: Sources | undefined): ReadonlyMap<string, string | undefined> {
  return new Map(Object.entries({ ...sources?.dotenv, ...sources?.environment }));
}
