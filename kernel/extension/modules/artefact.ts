import { crc32 } from 'node:zlib';

/**
 * What is kept of a built extension: one text, whose first line is a comment with the header and whose rest is the
 * JavaScript to evaluate. It says nothing of the folder's place, so it is the same wherever the folder lies.
 */

/** Raised whenever an older artefact could not be evaluated any more. */
export const ARTEFACT_FORMAT = 4;

/** The last line of an artefact, with a checksum of all before it: a file that a crash or a disk has damaged lacks it. */
export function artefactEnd(text: string): string {
  return `//end ${crc32(text).toString(16).padStart(8, '0')}\n`;
}

const endLength = artefactEnd('').length;

/** One import of a package or a neighbour, as it is linked at each load. */
export interface ExternalImport {
  /** As written, or `ext:<name>` for the public entry of another extension. */
  readonly specifier: string;
  /** Import attributes, such as `{ type: 'json' }`. */
  readonly attributes: Readonly<Record<string, string>> | undefined;
  /** The exports that it takes; empty for `import *` and for side effects only. */
  readonly names: readonly string[];
  /** File and line of the import, such as `routes/posts.ts:3`. */
  readonly at: string;
}

export interface ArtefactHeader {
  /** Files that registries may collect. */
  readonly files: readonly string[];
  /** Files that were read for the build. */
  readonly inputs: readonly string[];
  /** In the order in which the code receives their namespaces. */
  readonly imports: readonly ExternalImport[];
  /** The compiler's helpers that the code is given. */
  readonly helpers: string;
  /** Names of the extensions that are imported, statically or dynamically. */
  readonly neighbours: readonly string[];
}

export interface Artefact {
  readonly header: ArtefactHeader;
  /** The whole text, header included: lines must stay as the source map counts them. */
  readonly text: string;
}

/** The header as the first line of an artefact, without the line's end. */
export function headerLine(header: ArtefactHeader): string {
  // Both characters end a line of JavaScript, hence a comment, but are left as they are by JSON.
  const json = JSON.stringify(header).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return `//${json}`;
}

/** The artefact in the text, or `undefined` if it holds none. */
export function parseArtefact(text: string): Artefact | undefined {
  if (!text.startsWith('//{') || text.slice(-endLength) !== artefactEnd(text.slice(0, -endLength)))
    return undefined;
  try {
    const header: unknown = JSON.parse(text.slice(2, text.indexOf('\n')));
    return isHeader(header) ? { header, text } : undefined;
  } catch {
    return undefined;
  }
}

// Artefacts are written by this code under this format only, so the outline is enough to tell them from a stray file.
function isHeader(value: unknown): value is ArtefactHeader {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'files' in value && 'inputs' in value && 'imports' in value && 'helpers' in value && 'neighbours' in value
  );
}
