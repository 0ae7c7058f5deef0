import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Files, thoroughly, writeFiles } from './write-files.ts';

/** An extension in a temporary folder, removed when this is disposed (`using`). */
export class ExtensionFolder implements Disposable {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly #parent: string;

  /** Use {@link extensionFolder}. */
  constructor(name: string, files: Files) {
    this.name = name;
    this.#parent = realpathSync(mkdtempSync(join(tmpdir(), 'backplane-extension-')));
    this.path = join(this.#parent, name);
    mkdirSync(this.path);
    this.write(files);
  }

  /** Adds files, or overwrites them: `kernel.extensions.sync([name])` then loads them. */
  write(files: Files): void {
    writeFiles(this.path, files);
  }

  /** Deletes a file or folder of it, all if nothing is said. */
  remove(path = '.'): void {
    rmSync(join(this.path, path), thoroughly);
  }

  [Symbol.dispose](): void {
    rmSync(this.#parent, thoroughly);
  }

  toString(): string {
    return this.path;
  }
}

/**
 * Writes an extension into a temporary folder of its own, named as its manifest says.
 *
 * @param files contents by relative path, objects are written as JSON. Without a `manifest.json` the extension is called
 *   `inline`, version 1.0.0
 *
 * @example
 * using blog = extensionFolder({
 *   'manifest.json': { name: 'blog', version: '1.0.0' },
 *   'routes/posts.ts': `import { route } from 'backplane'; export default route.get('/posts', {}, () => []);`,
 * });
 */
export function extensionFolder(files: Files): ExtensionFolder {
  const { 'manifest.json': manifest = { name: 'inline', version: '1.0.0' } } = files;
  return new ExtensionFolder(nameIn(manifest), { 'manifest.json': manifest, ...files });
}

/** A manifest may be broken on purpose. */
function nameIn(manifest: string | object): string {
  const name =
    typeof manifest === 'string'
      ? /"name"\s*:\s*"([^"/\\]+)"/.exec(manifest)?.[1]
      : 'name' in manifest && manifest.name;
  return typeof name === 'string' && name !== '' ? name : 'inline';
}
