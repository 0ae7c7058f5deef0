import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { BackplaneError } from '../errors.ts';
import { readCandidate } from '../extension/discovery.ts';

/** The folder of an extension: a path, a `file:` URL, or what `extensionFolder` returns; or the name of a known extension. */
export type ExtensionReference = string | URL | { readonly path: string };

const packageFolder = resolve(import.meta.dirname, '../..');

/**
 * Finds extensions, and what their manifests depend on.
 *
 * @param references names are looked for beside the extensions that are given as paths, in the application (the working
 *   directory) and among the bundled ones
 * @param base absolute path that relative paths start from
 * @returns real path of each folder → name of the extension, those that were asked for first
 * @throws TEST_EXTENSION_NOT_FOUND; EXTENSION_DUPLICATE for two folders of one name. A dependency that is not found is
 *   left to the kernel to report
 */
export function findExtensions(
  references: readonly ExtensionReference[],
  base: string,
): ReadonlyMap<string, string> {
  const paths = references.map((reference) => pathOf(reference, base));
  const given = paths.flatMap((path) => (path.folder === undefined ? [] : [path.folder]));
  const places = [
    ...given.map((folder) => dirname(folder)),
    ...[process.cwd(), packageFolder].flatMap((folder) => [
      join(folder, 'extensions'),
      join(folder, 'providers'),
    ]),
  ];
  const found = new Map<string, string>();
  for (const { name, folder } of paths) {
    const tried =
      folder === undefined ? [...places.map((place) => join(place, name)), resolve(base, name)] : [folder];
    const first = tried.find(isExtension);
    if (first === undefined)
      throw new BackplaneError('TEST_EXTENSION_NOT_FOUND', { extension: name, tried: [...new Set(tried)] });
    add(found, first);
  }
  // A map visits what is added while it is read.
  for (const [folder] of found) {
    for (const name of dependenciesOf(folder)) {
      if ([...found.values()].includes(name)) continue;
      const first = [dirname(folder), ...places].map((place) => join(place, name)).find(isExtension);
      if (first !== undefined) add(found, first);
    }
  }
  return found;
}

function pathOf(reference: ExtensionReference, base: string): { name: string; folder: string | undefined } {
  if (reference instanceof URL) return folderAt(fileURLToPath(reference), base);
  if (typeof reference !== 'string') return folderAt(reference.path, base);
  if (reference.startsWith('file:')) return folderAt(fileURLToPath(reference), base);
  return /[./\\]/.test(reference) ? folderAt(reference, base) : { name: reference, folder: undefined };
}

function folderAt(path: string, base: string): { name: string; folder: string } {
  const folder = resolve(base, path);
  return { name: basename(folder), folder };
}

const isExtension = (folder: string): boolean => existsSync(join(folder, 'manifest.json'));

function add(found: Map<string, string>, path: string): void {
  const folder = realpathSync.native(path);
  const name = basename(path);
  const other = [...found].find(([known, each]) => each === name && known !== folder);
  if (other) throw new BackplaneError('EXTENSION_DUPLICATE', { name, folders: [other[0], folder] });
  found.set(folder, name);
}

function dependenciesOf(folder: string): readonly string[] {
  return Object.keys(readCandidate(folder, packageJson.version)?.manifest?.dependencies ?? {});
}
