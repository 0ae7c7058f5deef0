import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hashFolder, type LoadedModules, ModuleLoader } from '../../../kernel/extension/modules/index.ts';

export type Files = Readonly<Record<string, string>>;

interface Loading {
  readonly neighbours?: Readonly<Record<string, object>>;
  readonly loader?: ModuleLoader;
}

/** A temporary folder with extensions in it, far from the repository, removed when it goes out of scope. */
export class Workspace {
  readonly root: string;
  readonly cache: string;
  readonly warnings: Error[] = [];
  readonly loader: ModuleLoader;

  private constructor(root: string, options: { native?: boolean; timeLimit?: number }) {
    this.root = root;
    this.cache = join(root, 'var/cache');
    this.loader = this.newLoader(options);
  }

  static async create(options: { native?: boolean; timeLimit?: number } = {}): Promise<Workspace> {
    return new Workspace(await realpath(await mkdtemp(join(tmpdir(), 'backplane-modules-'))), options);
  }

  newLoader({
    native = false,
    timeLimit = 5000,
    cache = this.cache as string | undefined,
  } = {}): ModuleLoader {
    return new ModuleLoader({
      cache,
      native,
      timeLimit,
      onWarning: (warning) => this.warnings.push(warning),
    });
  }

  folder(name: string): string {
    return join(this.root, 'extensions', name);
  }

  /** Writes files of an extension; those that are there and not named stay. */
  async write(name: string, files: Files): Promise<void> {
    for (const [file, content] of Object.entries(files)) {
      const path = join(this.folder(name), file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  async load(name: string, { neighbours = {}, loader = this.loader }: Loading = {}): Promise<LoadedModules> {
    const folder = this.folder(name);
    const { hash } = await hashFolder(folder);
    return loader.load({ name, folder }, { hash, neighbour: (other) => neighbours[other] ?? 'undeclared' });
  }

  /** Writes and loads an extension called `blog`. */
  async blog(files: Files, loading: Loading = {}): Promise<LoadedModules> {
    await this.write('blog', files);
    return this.load('blog', loading);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** The exports of a namespace, as tests compare them. */
export function exportsOf(namespace: object | undefined): Record<string, unknown> {
  return { ...namespace };
}

/** What the promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It was expected to fail with an error.');
}
