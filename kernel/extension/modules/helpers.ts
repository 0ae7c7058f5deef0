import { compileCommonJs } from './common-js.ts';

/** The functions that esbuild puts before a bundle, by their names. */
export type Helpers = Readonly<Record<string, unknown>>;

export interface SplitCode {
  /** The declarations of the helpers; empty if they have to stay where they are. */
  readonly helpers: string;
  /** The code with empty lines in their place. */
  readonly code: string;
}

/**
 * Takes esbuild's helpers out of a bundle. They are the same few functions in all of them, and to compile them for each
 * extension would cost a quarter of a start from artefacts.
 *
 * @param code a bundle as esbuild prints it: the helpers, an empty line, the first file
 */
export function splitHelpers(code: string): SplitCode {
  const found = /^\n*(?:var __\w+ = | {2}|\}).*\n(?:(?:var __\w+ = | {2}|\}).*\n)*(?=\n)/.exec(code)?.[0];
  // Those that ask for `require` mean the extension's.
  if (found === undefined || found.includes('require')) return { helpers: '', code };
  return { helpers: found.trim(), code: found.replace(/[^\n]+/g, '') + code.slice(found.length) };
}

export const namesOfHelpers = (helpers: string): readonly string[] =>
  [...helpers.matchAll(/^var (\w+) = /gm)].map(([, name = '']) => name);

/** Compiles each set of helpers once. */
export class HelperCache {
  readonly #known = new Map<string, Helpers>();

  get(helpers: string): Helpers {
    const known = this.#known.get(helpers);
    if (known !== undefined) return known;
    const text = `'use strict';${helpers}\nmodule.exports={${namesOfHelpers(helpers)}};`;
    const compiled = compileCommonJs(text, 'backplane-helpers.js');
    const made: Helpers = { ...(compiled instanceof Object ? compiled : {}) };
    this.#known.set(helpers, made);
    return made;
  }
}
