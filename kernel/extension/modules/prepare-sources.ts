import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The local name of `import.meta` in the files that use it. */
export const META = '$backplaneMeta';

const modules = new Set(['.ts', '.mts', '.mjs']);

/**
 * The files that esbuild would not understand as Node does, as they have to be given to it, by absolute path. Whatever
 * is added stands on a file's first line, so that all lines keep their numbers.
 *
 * @param files paths relative to the folder
 */
export function prepareSources(folder: string, files: readonly string[]): ReadonlyMap<string, string> {
  const prepared = new Map<string, string>();
  for (const file of files) {
    const ending = extname(file);
    if (!modules.has(ending) && ending !== '.js') continue;
    const contents = readFileSync(join(folder, file), 'utf8');
    const added = additionTo(contents, file, modules.has(ending));
    if (added === '') continue;
    const start = contents.startsWith('#!') ? contents.indexOf('\n') + 1 : 0;
    prepared.set(join(folder, file), contents.slice(0, start) + added + contents.slice(start));
  }
  return prepared;
}

function additionTo(contents: string, file: string, isModule: boolean): string {
  // The bundle has one `import.meta`; each file has its own.
  const meta = /\bimport\s*\.\s*meta\b/.test(contents)
    ? `const ${META}=$backplane.meta(${JSON.stringify(file)});`
    : '';
  // esbuild takes a file without imports and exports for CommonJS, of which any export may be imported.
  const bare = isModule && !/^\s*(import|export)\b/m.test(contents);
  return bare ? `${meta}export{};` : meta;
}
