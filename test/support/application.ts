import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createKernel, type Kernel } from '../../kernel/index.ts';

/** Content of an application's files by path below its root; an object is written as JSON. */
export type Files = Readonly<Record<string, string | object>>;

export interface ApplicationOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Only look at the application's own `extensions/`, not at those bundled with the package. True if left out. */
  readonly alone?: boolean;
}

/** An application in a temporary folder, with a kernel over it. Removed when disposed of. */
export class Application implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'backplane-test-'));
  /** Every record logged so far, parsed. */
  readonly logs: Record<string, unknown>[] = [];
  #kernel: Kernel | undefined;

  get kernel(): Kernel {
    if (!this.#kernel) throw new Error('The kernel has not been made yet.');
    return this.#kernel;
  }

  /** Makes the kernel without booting it. */
  async create({ env = {}, alone = true }: ApplicationOptions = {}): Promise<Kernel> {
    const path = join(this.root, 'extensions');
    mkdirSync(path, { recursive: true });
    this.#kernel = await createKernel({
      root: this.root,
      env: { PORT: '0', NODE_ENV: 'production', ROOT_API_KEY: 'key', LOG_LEVEL: 'debug', ...env },
      ...(alone ? { extensionRoots: [{ path, kind: 'folder-of-extensions' }] } : {}),
      logFormat: 'json',
      logDestination: { write: (line) => this.logs.push(JSON.parse(line)) },
    });
    return this.#kernel;
  }

  write(files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
  }

  /** Saves as many editors do: write beside, then rename over. */
  replace(path: string, content: string): void {
    const draft = join(this.root, `${path}.tmp~`);
    writeFileSync(draft, content);
    renameSync(draft, join(this.root, path));
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** The JSON body of a GET request. */
  async get(path: string): Promise<unknown> {
    const response = await this.kernel.inject('GET', path, { headers: { 'x-api-key': 'key' } });
    return response.json();
  }

  async status(path: string): Promise<number> {
    return (await this.kernel.inject('GET', path)).status;
  }

  /** `name: state` of every extension. */
  states(): Record<string, string> {
    return Object.fromEntries(this.kernel.extensions.list().map(({ name, state }) => [name, state]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kernel?.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** An application with these files, booted. */
export async function boot(files: Files, options: ApplicationOptions = {}): Promise<Application> {
  const application = new Application();
  application.write(files);
  const kernel = await application.create(options);
  await kernel.boot();
  return application;
}

/** The files of an extension with one route, `GET /<name>`, that answers `{ version }`. */
export function small(name: string, version: string, manifest: object = {}): Files {
  return {
    [`extensions/${name}/manifest.json`]: { name, version: '1.0.0', ...manifest },
    [`extensions/${name}/routes/version.ts`]: versionRoute(version),
  };
}

export function versionRoute(version: string): string {
  return `import { route } from 'backplane';\nexport default route.get('/', {}, () => ({ version: '${version}' }));\n`;
}

/** An `index.ts` around the members of an extension's definition. */
export function index(members: string): string {
  return `import { defineExtension } from 'backplane';\nexport default defineExtension({ ${members} });\n`;
}

/**
 * Waits for a condition, not for a time.
 * @throws when it does not come true in 10 s
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = 'the condition',
): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come true in 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
