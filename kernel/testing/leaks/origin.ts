import { findSourceMap } from 'node:module';
import { basename, dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The line of an extension that made something. */
export interface Origin {
  readonly extension: string;
  /** `/path/blog/index.ts:5:3` */
  readonly at: string;
  /**
   * Who stood between: nobody but the function that makes a timer (`directly`), Node, or something that may keep what it
   * makes for others: a package, one of Node's pools, or a callback.
   */
  readonly through: 'directly' | 'node' | 'others';
}

/**
 * Tells which line of an extension is running: `kernel` when it is the kernel's own doing, `undefined` when the stack
 * does not tell.
 */
export type FindOrigin = () => Origin | 'kernel' | undefined;

/** The frames of those who ask are the innermost. */
const ownFolder = resolve(import.meta.dirname) + sep;

/** The kernel answers for what it makes, also when an extension asked it to. */
const kernelFolder = resolve(import.meta.dirname, '../..') + sep;

/** What a module makes as it is loaded, and what Node makes for the process, lives as long as the process. */
const onceForTheProcess = /^node:internal\/(?:modules|bootstrap)\//;

const makersOfTimers = /^node:(?:timers|internal\/timers|internal\/async_hooks|events)/;

/** Sockets and timers that Node keeps for the next user, or that end by themselves. */
const poolsOfNode = /^node:(?:internal\/deps\/|internal\/abort_controller|_http_agent)/;

/** Finds the line of an extension in a stack. */
export class OriginFinder {
  readonly #extensions: ReadonlyMap<string, string>;
  /** A loop comes by the same place again and again, and looking up a source takes its time. */
  readonly #places = new Map<string, string>();

  /** @param extensions real path of each folder → name of the extension */
  constructor(extensions: ReadonlyMap<string, string>) {
    this.#extensions = extensions;
  }

  /** @param frames the innermost first; see {@link FindOrigin} */
  find(frames: readonly NodeJS.CallSite[]): ReturnType<FindOrigin> {
    let through: Origin['through'] = 'directly';
    for (const frame of frames) {
      const name = frame.getFileName();
      if (!name) continue;
      if (name.startsWith('node:')) {
        if (onceForTheProcess.test(name)) return 'kernel';
        if (poolsOfNode.test(name)) through = 'others';
        else if (through === 'directly' && !makersOfTimers.test(name)) through = 'node';
        continue;
      }
      const file = name.startsWith('file:') ? fileURLToPath(name) : name;
      const extension = isLoadedCode(name, file) ? ownerOf(file, this.#extensions) : undefined;
      if (extension !== undefined) return { extension, at: this.#placeOf(frame, name, file), through };
      if (file.startsWith(ownFolder)) continue;
      if (file.startsWith(kernelFolder)) return 'kernel';
      through = 'others';
    }
    return undefined;
  }

  #placeOf(frame: NodeJS.CallSite, name: string, file: string): string {
    const line = frame.getLineNumber() ?? 1;
    const column = frame.getColumnNumber() ?? 1;
    const key = `${name}:${line}:${column}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = sourceOf(name, line, column) ?? `${file}:${line}:${column}`;
    this.#places.set(key, place);
    return place;
  }
}

/** Is this the code as the kernel loads it? A test may lie in the same folder, and import the same files itself. */
function isLoadedCode(name: string, file: string): boolean {
  return name.startsWith('file:') ? name.includes('?generation=') : /^\..+\.js$/.test(basename(file));
}

function ownerOf(file: string, extensions: ReadonlyMap<string, string>): string | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const name = extensions.get(folder);
    if (name !== undefined) return name;
  }
  return undefined;
}

function sourceOf(name: string, line: number, column: number): string | undefined {
  // Entries count from 0, places in a stack from 1.
  const mapped = findSourceMap(name)?.findEntry(line - 1, column - 1);
  if (mapped === undefined || !('originalSource' in mapped)) return undefined;
  const { originalSource, originalLine, originalColumn } = mapped;
  const source = originalSource.startsWith('file:') ? fileURLToPath(originalSource) : originalSource;
  return `${source}:${originalLine + 1}:${originalColumn + 1}`;
}
