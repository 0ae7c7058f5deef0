import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The folder of the package. */
export const packageFolder = resolve(import.meta.dirname, '..');

/** Text of files by path, relative to an extension's folder. */
export type Files = Readonly<Record<string, string>>;

/** A temporary application folder, removed when it goes out of use. */
export class Workspace implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'backplane-bench-'));

  /** Of all extensions. */
  get extensions(): string {
    return join(this.root, 'extensions');
  }

  constructor() {
    mkdirSync(this.extensions);
    // Without it Node would have to guess of every file which kind of module it is.
    writeFileSync(join(this.root, 'package.json'), '{ "type": "module" }');
    // Node itself, which knows nothing of where `backplane` leads to, has to find it too.
    mkdirSync(join(this.root, 'node_modules'));
    symlinkSync(packageFolder, join(this.root, 'node_modules', 'backplane'), 'junction');
  }

  /** Writes an extension with a manifest. */
  add(name: string, files: Files, manifest: object = {}): void {
    this.write(name, 'manifest.json', JSON.stringify({ name, version: '1.0.0', ...manifest }));
    for (const [file, text] of Object.entries(files)) this.write(name, file, text);
  }

  write(extension: string, file: string, text: string): void {
    const path = join(this.extensions, extension, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
