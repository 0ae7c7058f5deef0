import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { BackplaneError, messageOf } from '../errors.ts';
import { type Manifest, parseManifest } from './manifest.ts';

/** A folder that says it is an extension, by having a manifest. The folder's name is its identity. */
export type Candidate =
  | {
      readonly name: string;
      readonly folder: string;
      readonly manifest: Manifest;
      readonly fault?: undefined;
    }
  | { readonly name: string; readonly folder: string; readonly manifest?: undefined; readonly fault: Error };

/** Where to look: a folder of extension folders, or one extension folder itself. */
export interface Root {
  readonly path: string;
  readonly kind: 'folder-of-extensions' | 'extension';
  /** It comes with the package: an extension of the same name that comes before takes its place. */
  readonly isBundled?: boolean;
}

export interface Discovery {
  readonly candidates: ReadonlyMap<string, Candidate>;
  /** Two folders of one name, the second not bundled: the first found counts, the other is reported. */
  readonly duplicates: readonly BackplaneError<'EXTENSION_DUPLICATE'>[];
}

/**
 * Finds every extension below the roots. Reads synchronously: a thousand small files are read two to three times
 * faster so, and while the kernel serves, only single folders are looked at again.
 *
 * @param roots in order of precedence; those that do not exist hold nothing
 * @param kernelVersion semver of the running kernel
 */
export function discover(roots: readonly Root[], kernelVersion: string): Discovery {
  const candidates = new Map<string, Candidate>();
  const duplicates: BackplaneError<'EXTENSION_DUPLICATE'>[] = [];
  const folders = roots.flatMap((root) => foldersOf(root).map((folder) => ({ folder, root })));
  for (const { folder, root } of folders) {
    const candidate = readCandidate(folder, kernelVersion);
    if (!candidate) continue;
    const other = candidates.get(candidate.name);
    if (!other) candidates.set(candidate.name, candidate);
    else if (other.folder !== candidate.folder && !root.isBundled) {
      duplicates.push(
        new BackplaneError('EXTENSION_DUPLICATE', {
          name: candidate.name,
          folders: [other.folder, candidate.folder],
        }),
      );
    }
  }
  return { candidates, duplicates };
}

/** Looks one name up again, in the order of the roots. */
export function findCandidate(
  name: string,
  roots: readonly Root[],
  kernelVersion: string,
): Candidate | undefined {
  for (const { path, kind } of roots) {
    if (kind === 'extension' && basename(path) !== name) continue;
    const found = readCandidate(kind === 'extension' ? path : join(path, name), kernelVersion);
    if (found) return found;
  }
  return undefined;
}

/**
 * Reads one extension folder.
 *
 * @returns `undefined` when there is no folder or no manifest in it
 */
export function readCandidate(path: string, kernelVersion: string): Candidate | undefined {
  const name = basename(path);
  let folder = path;
  try {
    const text = readManifest(join(path, 'manifest.json'));
    folder = realpathSync.native(path);
    return { name, folder, manifest: parseManifest(text, path, kernelVersion) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    const fault =
      error instanceof BackplaneError
        ? error
        : new BackplaneError('EXTENSION_UNREADABLE', { folder, reason: messageOf(error) }, { cause: error });
    return { name, folder, fault };
  }
}

function readManifest(file: string): string {
  if (!statSync(file).isFile()) {
    throw new BackplaneError('MANIFEST_INVALID', { file, faults: ['is not a file'] });
  }
  return readFileSync(file, 'utf8');
}

/**
 * Extension folders of installed packages: those whose package.json has a `backplane` key naming one folder or a
 * list of them, relative to the package. Only what the application itself depends on is looked at.
 */
export function packageRoots(applicationRoot: string): readonly Root[] {
  const dependencies = readJson(join(applicationRoot, 'package.json'))?.dependencies;
  if (typeof dependencies !== 'object' || dependencies === null) return [];
  return Object.keys(dependencies).flatMap((name) => {
    const folder = join(applicationRoot, 'node_modules', name);
    const declared = readJson(join(folder, 'package.json'))?.backplane;
    const paths = Array.isArray(declared) ? declared : declared === undefined ? [] : [declared];
    return paths
      .filter((path) => typeof path === 'string')
      .map((path): Root => ({ path: resolve(folder, path), kind: 'extension' }));
  });
}

function foldersOf({ path, kind }: Root): readonly string[] {
  if (kind === 'extension') return [path];
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const real = realpathSync.native(path);
  return entries
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(real, entry.name))))
    .map((entry) => join(real, entry.name))
    .sort();
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // A link that leads nowhere but in a circle: it is for the manifest's reader to say so.
    return true;
  }
}

function readJson(file: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // A package without a readable package.json is no extension; npm is the one to complain about it.
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
