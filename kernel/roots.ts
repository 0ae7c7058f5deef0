import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoots, type Root } from './extension/discovery.ts';
import type { KernelSettings } from './settings/index.ts';

/** The package's own folder: its bundled extensions and providers lie in it. */
const packageFolder = resolve(import.meta.dirname, '..');

/** Where extensions lie: with the application, where EXTENSION_PATHS says, in installed packages, and with this package. */
export function usualRoots(root: string, { extensionPaths }: KernelSettings): readonly Root[] {
  const own = [join(root, 'extensions'), join(root, 'providers')];
  const named = extensionPaths.map((path) => resolve(root, path));
  const bundled = [join(packageFolder, 'extensions'), join(packageFolder, 'providers')];
  const kind = 'folder-of-extensions';
  return [
    ...[...new Set([...own, ...named])].map((path): Root => ({ path, kind })),
    ...packageRoots(root),
    ...(packageFolder === resolve(root)
      ? []
      : bundled.map((path): Root => ({ path, kind, isBundled: true }))),
  ];
}

/** A sentence about each folder of EXTENSION_PATHS that is not there. */
export function missingPaths({ extensionPaths }: KernelSettings): readonly string[] {
  return extensionPaths
    .filter((path) => !existsSync(path))
    .map(
      (path) => `EXTENSION_PATHS names ${path}, which does not exist. Create the folder or correct the path.`,
    );
}
