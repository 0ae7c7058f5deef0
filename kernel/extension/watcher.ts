import { basename, relative, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { Root } from './discovery.ts';

export interface WatcherOptions {
  readonly roots: readonly Root[];
  /** Names of the extension folders in which something changed, all of a burst at once. Awaited before the next call. */
  readonly onChange: (names: ReadonlySet<string>) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Milliseconds without an event in a folder before it counts as settled: a copied folder comes as many events. */
  readonly quiet?: number;
}

/** Parts of a path whose changes never matter to what is loaded. */
const ignored = new Set(['node_modules', 'test', 'var', 'dist', 'coverage']);

/**
 * Watches extension folders and tells which have settled after a change. Whether the content differs at all is for
 * the hash to say: editors touch, rename and write in parts.
 */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #quiet: number;
  readonly #watcher: FSWatcher;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #settled = new Set<string>();
  /** Names that were told in vain: they are told again with the next change. */
  readonly #untold = new Set<string>();
  readonly #ready = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#quiet = options.quiet ?? 60;
    this.#watcher = watch(
      options.roots.map(({ path }) => path),
      { ignoreInitial: true, ignored: (path) => this.#isIgnored(path) },
    );
    this.#watcher.on('all', (_event, path) => this.#touch(path));
    this.#watcher.on('error', (error) => {
      options.onError(error);
      // What cannot be watched may have changed: it is for who reads it to say what is wrong with it.
      if (error instanceof Error && 'path' in error) this.#touch(String(error.path));
    });
    this.#watcher.once('ready', this.#ready.resolve);
  }

  /** Resolves when every folder there is now is being watched, or when it is closed before. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#watcher.close();
    this.#ready.resolve();
    await this.#running;
  }

  #touch(path: string): void {
    const name = this.#nameOf(path);
    if (name === undefined || this.#closed) return;
    clearTimeout(this.#timers.get(name));
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        this.#settled.add(name);
        this.#running ??= this.#flush().finally(() => {
          this.#running = undefined;
        });
      }, this.#quiet),
    );
  }

  async #flush(): Promise<void> {
    while (this.#settled.size > 0 && !this.#closed) {
      const names = new Set([...this.#untold, ...this.#settled]);
      this.#untold.clear();
      this.#settled.clear();
      try {
        await this.#options.onChange(names);
      } catch (error) {
        for (const name of names) this.#untold.add(name);
        this.#options.onError(error);
      }
    }
  }

  /** Name of the extension folder that a path lies in, `undefined` for a root itself. */
  #nameOf(path: string): string | undefined {
    for (const root of this.#options.roots) {
      const inside = relative(root.path, path);
      if (inside.startsWith('..')) continue;
      if (root.kind === 'extension') return basename(root.path);
      return inside.split(sep)[0] || undefined;
    }
    return undefined;
  }

  #isIgnored(path: string): boolean {
    for (const root of this.#options.roots) {
      const inside = relative(root.path, path);
      if (inside.startsWith('..')) continue;
      const [first = '', ...rest] = inside.split(sep);
      const below = root.kind === 'extension' ? [first, ...rest] : rest;
      return (
        first.startsWith('.') ||
        below.some((part) => ignored.has(part) || (part.startsWith('.') && part !== ''))
      );
    }
    return false;
  }
}
