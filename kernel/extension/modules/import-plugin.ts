import { extname } from 'node:path';
import type { Loader, Plugin } from 'esbuild';
import { BackplaneError } from '../../errors.ts';
import { relativeFile, targetOf } from './import-rules.ts';
import type { ModuleSource } from './module-source.ts';

/** A fault that esbuild carries from this plugin to where it is reported, and completes with the import's place. */
export class PlacelessFault {
  readonly at: (place: string) => BackplaneError;

  constructor(at: (place: string) => BackplaneError) {
    this.at = at;
  }
}

const importable = new Set(['.ts', '.mts', '.js', '.mjs', '.cjs', '.json']);

const loaderOf = (path: string): Loader => (path.endsWith('ts') ? 'ts' : 'js');

/**
 * Resolves every import by the rules for extensions.
 *
 * @param prepared contents that are to be taken instead of those on disk, by absolute path
 */
export const importPlugin = (source: ModuleSource, prepared: ReadonlyMap<string, string>): Plugin => ({
  name: 'backplane',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path, resolveDir, kind, with: attributes }) => {
      const target = targetOf(source, path, resolveDir);
      if (target.kind === 'package') return { path, external: true };
      if (target.kind === 'neighbour') return { path: `ext:${target.name}`, external: true };
      if (target.kind === 'refused')
        return { errors: [{ text: path, detail: new PlacelessFault(target.fault) }] };
      // Node wants JSON to be named as such by an import, and only by an import.
      const json = extname(target.path) === '.json';
      if (
        importable.has(extname(target.path)) &&
        (kind === 'require-call' || json === (attributes.type === 'json'))
      ) {
        return { path: target.path };
      }
      const details = { owner: source.name, file: relativeFile(source.folder, target.path) };
      const fault = (at: string) => new BackplaneError('MODULE_KIND_UNKNOWN', { ...details, at });
      return { errors: [{ text: path, detail: new PlacelessFault(fault) }] };
    });
    // Few extensions have such files; the others are read by esbuild itself, without a word between the processes.
    if (prepared.size > 0) {
      build.onLoad({ filter: /.*/ }, ({ path }) => {
        const contents = prepared.get(path);
        return contents === undefined ? undefined : { contents, loader: loaderOf(path) };
      });
    }
  },
});
