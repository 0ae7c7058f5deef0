/**
 * Loaded into the process that runs the tests of extensions, wherever their folders lie: as in the running kernel,
 * `backplane` and the shared packages are the kernel's own copies, and what an extension's folder does not see (such as
 * chai) is looked for where the kernel lies, then in the application. `ext:NAME` is the public entry of another extension.
 */

import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isNotFound, isShared, packageOf } from '../extension/modules/packages.ts';

const application = pathToFileURL(join(process.cwd(), 'package.json')).href;

/** Folders that extensions lie in, beside those of EXTENSION_PATHS and of the extension that asks. */
const roots = [process.cwd(), resolve(import.meta.dirname, '../..')].flatMap((folder) => [
  join(folder, 'extensions'),
  join(folder, 'providers'),
]);
const named = (process.env.EXTENSION_PATHS ?? '').split(',').filter((path) => path !== '');

/** Where the public entry of an extension lies, seen from a file of another; `undefined` where there is none. */
function entryOf(name: string, from: string): string | undefined {
  const own = extensionOf(dirname(fileURLToPath(from)));
  const places = [
    ...(own === undefined ? [] : [dirname(own)]),
    ...named.map((path) => resolve(path)),
    ...roots,
  ];
  const entry = places.map((place) => join(place, name, 'index.ts')).find((path) => existsSync(path));
  return entry && pathToFileURL(entry).href;
}

/** The folder of the extension that a folder is in. */
function extensionOf(folder: string): string | undefined {
  if (existsSync(join(folder, 'manifest.json'))) return folder;
  return dirname(folder) === folder ? undefined : extensionOf(dirname(folder));
}

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    if (specifier.startsWith('ext:') && parentURL !== undefined) {
      const entry = entryOf(specifier.slice('ext:'.length), parentURL);
      if (entry !== undefined) return next(entry, context);
    }
    const isBare = !/^(\.\.?\/|\/|#|[a-z]+:)/.test(specifier);
    // Installed packages have their own idea of what they need.
    if (!isBare || parentURL === undefined || parentURL.includes('/node_modules/'))
      return next(specifier, context);
    const places = isShared(specifier) ? [import.meta.url] : [parentURL, import.meta.url, application];
    for (const place of places.slice(0, -1)) {
      try {
        return next(specifier, { ...context, parentURL: place });
      } catch (error) {
        if (!isNotFound(error, packageOf(specifier))) throw error;
      }
    }
    return next(specifier, { ...context, parentURL: places.at(-1) });
  },
});
