import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Configuration, configure } from '../configuration.ts';
import type { Replacement, ServiceClass, ServiceOf } from '../container/index.ts';
import { BackplaneError, throwFaults } from '../errors.ts';
import type { Generation } from '../extension/index.ts';
import type { InjectedResponse, InjectOptions } from '../http/index.ts';
import { Kernel, type Surroundings } from '../kernel.ts';
import { loadSources, type Sources, type Variables } from '../settings/index.ts';
import { bootFaults } from './boot-faults.ts';
import { type ExtensionReference, findExtensions } from './find-extensions.ts';
import { LeakCheck } from './leaks/leak-check.ts';
import type { LogRecord } from './log-records.ts';
import { containerOf, overrideClass } from './services.ts';
import type { TestDatabase } from './test-database.ts';
import { configFiles, environment, type TestSettings, withTestSettings } from './test-settings.ts';
import { type Files, thoroughly, writeFiles } from './write-files.ts';

export interface TestKernelOptions {
  /**
   * The extensions under test: paths of their folders, names of bundled ones, or what `extensionFolder` returns. What
   * their manifests depend on is found by itself.
   */
  readonly extensions: readonly ExtensionReference[];
  /** Where relative paths start: `import.meta.url` of the test file, or a folder. The working directory if left out. */
  readonly from?: string;
  /**
   * `sqlite`, or the URL of a database on a server: the default database of the kernel is an empty place of its own there,
   * which is dropped at the end. In memory if left out; a `DATABASE_URL` in `env` is taken as it is.
   */
  readonly database?: string;
  /** Environment variables, besides those that make a kernel fit for tests. The real environment is not looked at. */
  readonly env?: Variables;
  /** Files of the application: `config/*.ts`, `.env` and whatever else is read below the root. */
  readonly files?: Files;
  /** Settings by extension (`kernel` for the kernel's own), as if they stood in `config/<name>.ts`. */
  readonly settings?: TestSettings;
}

/**
 * Makes and boots a kernel in memory: without a socket, without watching, in a temporary folder of its own, its log in
 * `kernel.logs`. To be disposed at the end of the test (`await using`), which fails if an extension leaves something behind.
 *
 * @throws when an extension does not run: EXTENSION_FAILED or EXTENSION_BLOCKED, or a FaultList with all of them;
 *   TEST_EXTENSION_NOT_FOUND; SETTINGS_INVALID
 *
 * @example
 * await using kernel = await testKernel({ from: import.meta.url, extensions: ['..'] });
 * const response = await kernel.inject('GET', '/blog/posts');
 */
export async function testKernel(options: TestKernelOptions): Promise<TestKernel> {
  const extensions = findExtensions(options.extensions, baseOf(options.from));
  const database = options.database === undefined ? undefined : await testDatabase(options.database);
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'backplane-test-')));
  try {
    writeFiles(root, {
      'package.json': { type: 'module' },
      ...options.files,
      ...configFiles(options.settings),
    });
    const env = {
      ...environment(),
      ...options.env,
      ...(database === undefined ? {} : { DATABASE_URL: database.url }),
    };
    const read = async (): Promise<Sources> =>
      withTestSettings(await loadSources({ root, env }), options.settings ?? {});
    const sources = await read();
    const kernel = new TestKernel(
      root,
      { env, sources, read },
      configure(sources, root),
      extensions,
      database,
    );
    await kernel.boot();
    return kernel;
  } catch (error) {
    await database?.drop();
    await rm(root, thoroughly);
    throw error;
  }
}

/** A kernel for tests; see {@link testKernel}. */
export class TestKernel extends Kernel {
  /** What has been logged, by the kernel and by extensions, at every level. */
  readonly logs: readonly LogRecord[];
  readonly #leakCheck: LeakCheck;
  readonly #database: TestDatabase | undefined;
  #served: readonly Generation[] = [];
  #ending: Promise<void> | undefined;

  /**
   * Use {@link testKernel}.
   * @param extensions real path of each folder → name
   * @param database is dropped with the kernel
   */
  constructor(
    root: string,
    surroundings: Surroundings,
    configuration: Configuration,
    extensions: ReadonlyMap<string, string>,
    database?: TestDatabase,
  ) {
    const logs: LogRecord[] = [];
    super(root, surroundings, configuration, {
      extensionRoots: [...extensions.keys()].map((path) => ({ path, kind: 'extension' })),
      logFormat: 'json',
      logDestination: { write: (line) => logs.push(JSON.parse(line)) },
    });
    this.logs = logs;
    this.#database = database;
    this.#leakCheck = new LeakCheck(this, extensions, this.logs);
  }

  override async boot(): Promise<void> {
    try {
      await this.#leakCheck.run(async () => {
        await super.boot();
        // Statements that compare entities with tables are not the test's.
        await this.extensions.idle();
      });
      throwFaults(bootFaults(this.extensions.list(), this.logs));
    } catch (error) {
      await this.stop();
      this.#leakCheck.close();
      throw error;
    }
  }

  override inject(method: string, path: string, options?: InjectOptions): Promise<InjectedResponse> {
    return this.#leakCheck.run(() => super.inject(method, path, options));
  }

  /**
   * One service, of the kernel or of any extension. A scoped one has to be taken within `runInScope`.
   * @throws SERVICE_UNKNOWN, or what its factory throws
   */
  service<Name extends string>(name: Name): ServiceOf<Name> {
    return this.#leakCheck.run(() => containerOf(name, this).resolve(name));
  }

  /**
   * Replaces a service of the kernel or of any extension, until what is returned is disposed (`using`) or its extension is
   * loaded anew.
   *
   * @param target name of the service, or the class it is registered with
   * @param replacement an instance, or a class or function that makes it
   * @throws SERVICE_UNKNOWN, SERVICE_CLASS_UNKNOWN
   */
  override<Name extends string>(target: Name, replacement: Replacement<ServiceOf<Name>>): Disposable;
  override<T>(target: ServiceClass<T>, replacement: Replacement<T>): Disposable;
  override(target: string | ServiceClass<unknown>, replacement: unknown): Disposable {
    if (typeof target === 'string') return containerOf(target, this).override(target, replacement);
    return overrideClass(target, replacement, this);
  }

  override stop(): Promise<void> {
    if (this.extensions.active.size > 0) this.#served = [...this.extensions.active.values()];
    return this.#leakCheck.run(() => super.stop());
  }

  /**
   * Stops, removes the temporary folder and the database of its own, and looks for leaks.
   * @throws LEAK_FOUND with everything that extensions left behind
   */
  override [Symbol.asyncDispose](): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    await this.stop();
    const leaks = await this.#leakCheck.end(this.#served);
    await this.#database?.drop();
    await rm(this.root, thoroughly);
    if (leaks.length > 0) throw new BackplaneError('LEAK_FOUND', { leaks });
  }
}

/** Loaded with the first: a test without a database must not pay for it. */
async function testDatabase(given: string): Promise<TestDatabase> {
  const { createTestDatabase } = await import('./test-database.ts');
  return createTestDatabase(given);
}

function baseOf(from: string | undefined): string {
  if (from === undefined) return process.cwd();
  return isAbsolute(from) || !from.startsWith('file:') ? resolve(from) : dirname(fileURLToPath(from));
}
