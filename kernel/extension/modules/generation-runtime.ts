import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the entry of a bundle hands over when it is evaluated. */
export interface BundleParts {
  readonly index?: object;
  readonly config?: object;
  /** Evaluates a file when it is called for the first time. */
  readonly files: Readonly<Record<string, () => Promise<object>>>;
}

/** The object that the code of one generation knows as `$backplane`. */
export class GenerationRuntime {
  readonly #folder: string;
  parts: BundleParts = { files: {} };

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Called once by the bundle's entry, after `config.ts` and `index.ts` were evaluated. */
  define(parts: BundleParts): void {
    this.parts = parts;
  }

  /** `import.meta` of a file: its true place, not that of the bundle. */
  meta(file: string): ImportMeta {
    const filename = join(this.#folder, file);
    const url = pathToFileURL(filename).href;
    const resolve = (specifier: string): string => {
      if (/^(\.\.?\/|file:)/.test(specifier)) return new URL(specifier, url).href;
      if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
      return pathToFileURL(createRequire(filename).resolve(specifier)).href;
    };
    return { url, filename, dirname: dirname(filename), main: false, resolve };
  }
}
