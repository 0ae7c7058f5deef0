import { hash } from 'node:crypto';
import { join } from 'node:path';
import { compileArtefact } from './compile.ts';
import { GenerationRuntime } from './generation-runtime.ts';
import { type Linkage, linkImport, linkImports } from './link.ts';
import { type LoadContext, LoadedModules } from './loaded-modules.ts';
import type { ImportFrom } from './packages.ts';
import { evaluateWithin } from './time-limit.ts';

/** Loads a generation from its artefact; nothing but what it returns and what its code left behind holds it in memory. */
export async function loadBundle(context: LoadContext): Promise<LoadedModules> {
  const { source, artefact, timeLimit } = context;
  const { name: owner, folder } = source;
  const runtime = new GenerationRuntime(folder);
  await evaluateWithin({ owner, file: 'index.ts', folder, limit: timeLimit }, async () => {
    // Named by its content, lest the stacks of an older generation are mapped as if they were this one's.
    const name = `.${hash('sha256', artefact.text)}.js`;
    const compiled = compileArtefact(artefact.text, join(folder, name));
    const linkage = linkageOf(context, compiled.from);
    const dynamicImport: ImportFrom = (specifier, options) =>
      linkImport({ specifier, attributes: options?.with, at: 'a dynamic import' }, linkage);
    const namespaces = await linkImports(artefact.header.imports, linkage);
    await compiled.run(runtime, namespaces, dynamicImport, context.helpers.get(artefact.header.helpers));
  });
  return new LoadedModules(context, runtime.parts);
}

function linkageOf(
  { source, artefact, neighbour, packages }: LoadContext,
  importFromFolder: ImportFrom,
): Linkage {
  // Asked once: a dynamic import later on gets the neighbour of this transaction, and the transaction is not held.
  const neighbours = new Map(artefact.header.neighbours.map((name) => [name, neighbour(name)]));
  return {
    owner: source.name,
    neighbour: (name) => neighbours.get(name),
    importPackage: (specifier, options) => packages.import(importFromFolder, specifier, options),
  };
}
