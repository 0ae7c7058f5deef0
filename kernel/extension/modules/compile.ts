import { Module } from 'node:module';
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

/** The part of Node's CommonJS loader that this relies on; it is no documented API, so a test pins what it does. */
interface CompilingModule extends Module {
  _compile(code: string, filename: string, format: 'commonjs'): unknown;
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

/**
 * Evaluates a CommonJS module without entering it into any cache, so that the collector takes it with its last user.
 * Unlike those of `node:vm`, its stacks are source-mapped.
 *
 * @returns what it assigns to `module.exports`
 */
export function compileCommonJs(text: string, filename: string): unknown {
  const module = new Module(filename);
  if (!canCompile(module)) throw new TypeError(`Node ${process.version} has no Module.prototype._compile.`);
  module._compile(text, filename, 'commonjs');
  return module.exports;
}

const canCompile = (module: Module): module is CompilingModule =>
  '_compile' in module && typeof module._compile === 'function';

const isCompiled = (value: unknown): value is CompiledArtefact =>
  typeof value === 'object' && value !== null && 'run' in value && 'from' in value;
