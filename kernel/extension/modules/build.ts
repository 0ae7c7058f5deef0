import { SourceMap } from 'node:module';
import { posix } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { BackplaneError, throwFaults } from '../../errors.ts';
import { type Artefact, type ArtefactHeader, artefactEnd, headerLine } from './artefact.ts';
import { faultsOf, isBuildFailure } from './build-faults.ts';
import { compile } from './compiler.ts';
import { filesOf, isCollectable } from './extension-files.ts';
import { namesOfHelpers, splitHelpers } from './helpers.ts';
import { importPlugin } from './import-plugin.ts';
import type { ModuleSource } from './module-source.ts';
import { dropIdleNames } from './plain-names.ts';
import { META, prepareSources } from './prepare-sources.ts';
import { RECEIVED, rewrite } from './rewrite.ts';

const ENTRY = '<entry>';

/** The first line is for the header and the second for the function's head; the source map counts with both. */
const RESERVED_LINES = '//\n//';

/**
 * Bundles an extension into one text: `index.ts` and `config.ts` are evaluated at once, every other file when it is
 * first imported, and all of them share their modules.
 *
 * @throws BackplaneError (or a FaultList of them) for everything that is wrong with its files
 */
export async function buildArtefact(source: ModuleSource): Promise<Artefact> {
  const all = filesOf(source.folder);
  const files = all.filter(isCollectable);
  const entries = ['config', 'index'].filter((name) => all.includes(`${name}.ts`));
  const { code, map, metafile } = await bundle(
    source,
    entryCode(entries, files),
    prepareSources(source.folder, all),
  );
  const place = placesIn(code, map);
  throwFaults(patternImports(source, code, metafile, place));
  const { body, bindings, imports, dynamic } = rewrite(code, place);
  const inputs = Object.keys(metafile.inputs).filter((path) => path !== ENTRY);
  const { helpers, code: rest } = splitHelpers(dropIdleNames(body.slice(RESERVED_LINES.length)));
  const specifiers = [...imports.map(({ specifier }) => specifier), ...dynamic];
  const neighbours = specifiers
    .filter((each) => each.startsWith('ext:'))
    .map((each) => each.slice('ext:'.length));
  const header = {
    files,
    inputs: inputs.map((path) => posix.normalize(path)).sort(),
    imports,
    helpers,
    neighbours: [...new Set(neighbours)].sort(),
  };
  return { header, text: textOf(header, bindings, rest, map) };
}

/** Tells file and line in the sources for an offset in the bundle. */
function placesIn(code: string, map: string): (offset: number) => string {
  const origin = new SourceMap(JSON.parse(map));
  return (offset) => {
    const lines = code.slice(0, offset).split('\n');
    const found = origin.findEntry(lines.length - 1, lines.at(-1)?.length ?? 0);
    return 'originalSource' in found ? `${found.originalSource}:${found.originalLine + 1}` : 'index.ts';
  };
}

/** esbuild turns `import()` of a pattern into a list of files, past the rules; its metafile shows such as external. */
function patternImports(
  { name: owner }: ModuleSource,
  code: string,
  metafile: Metafile,
  place: (offset: number) => string,
): readonly Error[] {
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  if (!imports.some(({ path, external }) => external && /^\.\.?\//.test(path))) return [];
  const calls = [...code.matchAll(/\bglobImport_\w*\(/g)];
  return calls.map(({ index }) => new BackplaneError('MODULE_IMPORT_VARIABLE', { owner, at: place(index) }));
}

// Parentheses around the function make V8 compile it at once rather than parse it twice. That `module` is mentioned in a
// closure makes all code of the text hold it: Node forgets the source map of a module that was collected.
function textOf(header: ArtefactHeader, bindings: string, code: string, map: string): string {
  const received = [...RECEIVED, `{${namesOfHelpers(header.helpers)}}`];
  const head = `'use strict';module.exports={from:(s,o)=>import(s,o),module:()=>module,run:(async function(${received}){${bindings}`;
  const url = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  const text = `${headerLine(header)}\n${head}${code}})};\n//# sourceMappingURL=${url}\n`;
  return text + artefactEnd(text);
}

function entryCode(entries: readonly string[], files: readonly string[]): string {
  const imports = entries.map((name) => `import * as ${name} from './${name}.ts';`);
  const loads = files.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)})`);
  const namespaces = entries.map((name) => `${name}, `).join('');
  const [runtime, ...others] = RECEIVED;
  return `${imports.join('')}\n${runtime}.define({ ${namespaces}files: { ${loads.join(', ')} } }, ${others.join(', ')});`;
}

async function bundle(
  source: ModuleSource,
  entry: string,
  prepared: ReadonlyMap<string, string>,
): Promise<{ code: string; map: string; metafile: Metafile }> {
  try {
    const { outputFiles, metafile } = await compile({
      ...options,
      stdin: { contents: entry, resolveDir: source.folder, sourcefile: ENTRY },
      absWorkingDir: source.folder,
      outdir: source.folder,
      plugins: [importPlugin(source, prepared)],
    });
    const ending = (suffix: string) => outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? '';
    return { code: ending('.js'), map: ending('.map'), metafile };
  } catch (error) {
    if (isBuildFailure(error)) throwFaults(faultsOf(source.name, error));
    throw error;
  }
}

const options = {
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: `node${process.versions.node}`,
  sourcemap: 'external',
  sourcesContent: false,
  keepNames: true,
  logLevel: 'silent',
  banner: { js: RESERVED_LINES },
  define: { 'import.meta': META },
  logOverride: { 'unsupported-dynamic-import': 'error' },
  // The sources mean the same wherever they lie: no tsconfig.json around the folder has a say.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
} as const satisfies BuildOptions;
