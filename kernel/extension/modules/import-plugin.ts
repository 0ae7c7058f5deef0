import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Loader, OnLoadResult, Plugin } from 'esbuild';
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

/** The local name of `import.meta` in the files that use it. */
export const META = '$backplaneMeta';

const loaders = new Map<string, Loader>([
  ['.ts', 'ts'],
  ['.mts', 'ts'],
  ['.js', 'js'],
  ['.mjs', 'js'],
  ['.cjs', 'js'],
  ['.json', 'json'],
]);

/** Resolves every import by the rules for extensions, and gives each file its own `import.meta`. */
export const importPlugin = (source: ModuleSource): Plugin => ({
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
        loaders.has(extname(target.path)) &&
        (kind === 'require-call' || json === (attributes.type === 'json'))
      ) {
        return { path: target.path };
      }
      const details = { owner: source.name, file: relativeFile(source.folder, target.path) };
      const fault = (at: string) => new BackplaneError('MODULE_KIND_UNKNOWN', { ...details, at });
      return { errors: [{ text: path, detail: new PlacelessFault(fault) }] };
    });
    build.onLoad({ filter: /.*/ }, ({ path }) => load(source, path));
  },
});

async function load(source: ModuleSource, path: string): Promise<OnLoadResult> {
  const contents = await readFile(path, 'utf8');
  const ending = extname(path);
  const loader = loaders.get(ending) ?? 'ts';
  if (loader === 'json') return { loader, contents };
  // Everything is put on the file's first line, so that all lines keep their numbers.
  const first: string[] = [];
  if (/\bimport\s*\.\s*meta\b/.test(contents)) {
    first.push(`const ${META}=$backplane.meta(${JSON.stringify(relativeFile(source.folder, path))});`);
  }
  // esbuild takes a file without imports and exports for CommonJS, of which any export may be imported.
  if (/^\.m?ts$|^\.mjs$/.test(ending) && !/^\s*(import|export)\b/m.test(contents)) first.push('export{};');
  const start = contents.startsWith('#!') ? contents.indexOf('\n') + 1 : 0;
  return { loader, contents: contents.slice(0, start) + first.join('') + contents.slice(start) };
}
