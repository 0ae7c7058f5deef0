import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { BackplaneError, didYouMean } from '../../errors.ts';
import { isExtensionFile } from './extension-files.ts';
import type { ModuleSource } from './module-source.ts';
import { isInstalled, packageOf } from './packages.ts';

/** What an import of an extension's file leads to. */
export type ImportTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package' }
  | { readonly kind: 'neighbour'; readonly name: string }
  | { readonly kind: 'refused'; readonly fault: (at: string) => BackplaneError };

const NEIGHBOUR = /^ext:([a-z0-9-]+)$/;

/**
 * Applies the rules for imports: files of the extension itself by their exact names, packages, `backplane`, and the
 * public entry of another extension; nothing else.
 *
 * @param specifier as written
 * @param from absolute path of the folder of the importing file
 */
export function targetOf(source: ModuleSource, specifier: string, from: string): ImportTarget {
  const neighbour = NEIGHBOUR.exec(specifier)?.[1];
  if (neighbour !== undefined) return { kind: 'neighbour', name: neighbour };
  if (/^\.\.?(\/|$)/.test(specifier)) return fileOrNeighbour(source, specifier, resolve(from, specifier));
  if (/^(\/|#|file:|data:|https?:)/.test(specifier)) return outside(source, specifier);
  if (isInstalled(specifier, source.folder)) return { kind: 'package' };
  const details = { owner: source.name, package: packageOf(specifier) };
  return refused((at) => new BackplaneError('MODULE_PACKAGE_MISSING', { ...details, at }));
}

function fileOrNeighbour(source: ModuleSource, specifier: string, path: string): ImportTarget {
  const file = relativeFile(source.folder, path);
  if (file.startsWith('../')) {
    const name = neighbourAt(source.folder, path);
    return name === undefined ? outside(source, specifier) : { kind: 'neighbour', name };
  }
  if (!isExtensionFile(file)) {
    return refused((at) => new BackplaneError('MODULE_IMPORT_IGNORED', { owner: source.name, at, file }));
  }
  // Without an extension it may be a folder, which Node does not import either.
  if (extname(path) !== '' && existsSync(path)) return { kind: 'file', path };
  const suggestion = nearestFile(path, specifier);
  return refused(
    (at) => new BackplaneError('MODULE_FILE_MISSING', { owner: source.name, at, specifier, suggestion }),
  );
}

/** The path relative to the extension's folder, with `/`. */
export const relativeFile = (folder: string, path: string): string =>
  relative(folder, path).split(sep).join('/');

/** The extension whose public entry the path is: one beside this folder, or in a sibling of its parent. */
export function neighbourAt(folder: string, path: string): string | undefined {
  if (basename(path) !== 'index.ts') return undefined;
  const other = dirname(path);
  const home = dirname(other);
  const besideParent =
    dirname(home) === dirname(dirname(folder)) && ['extensions', 'providers'].includes(basename(home));
  return home === dirname(folder) || besideParent ? basename(other) : undefined;
}

const refused = (fault: (at: string) => BackplaneError): ImportTarget => ({ kind: 'refused', fault });

const outside = (source: ModuleSource, specifier: string): ImportTarget =>
  refused((at) => new BackplaneError('MODULE_IMPORT_OUTSIDE', { owner: source.name, at, specifier }));

function nearestFile(path: string, specifier: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) return '';
  const names = readdirSync(folder).filter((name) => /\.(ts|js|mjs|cjs|json)$/.test(name));
  const start = specifier.slice(0, specifier.lastIndexOf('/') + 1);
  return didYouMean(basename(path), names).replace('"', () => `"${start}`);
}
