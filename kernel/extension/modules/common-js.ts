import { Module } from 'node:module';

/** The part of Node's CommonJS loader that this relies on; it is no documented API, so a test pins what it does. */
interface CompilingModule extends Module {
  _compile(code: string, filename: string, format: 'commonjs'): unknown;
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
