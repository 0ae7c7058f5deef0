import { compileCommonJs } from './common-js.ts';
import type { GenerationRuntime } from './generation-runtime.ts';
import type { Helpers } from './helpers.ts';
import type { ImportFrom } from './packages.ts';

/** The exports of an artefact's text. */
export interface CompiledArtefact {
  /** Evaluates the bundle. */
  readonly run: (
    runtime: GenerationRuntime,
    namespaces: readonly object[],
    load: ImportFrom,
    helpers: Helpers,
  ) => Promise<void>;
  /** Node's `import()` as seen from the extension's folder. */
  readonly from: ImportFrom;
}

/**
 * Compiles an artefact.
 *
 * @param filename a name that no other content has or had: stacks are mapped by it
 */
export function compileArtefact(text: string, filename: string): CompiledArtefact {
  const compiled = compileCommonJs(text, filename);
  if (!isCompiled(compiled)) throw new TypeError(`${filename} is not an artefact of Backplane.`);
  return compiled;
}

const isCompiled = (value: unknown): value is CompiledArtefact =>
  typeof value === 'object' && value !== null && 'run' in value && 'from' in value;
