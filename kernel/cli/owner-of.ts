import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { currentScope } from '../container/index.ts';
import { runningExtension } from '../extension/index.ts';
import { RequestContext } from '../http/index.ts';

/** Where the code of one extension lies, or (without a name) the folders of several. */
export interface CodePlace {
  /** Left out for a folder whose direct sub-folders are extensions. */
  readonly name?: string;
  readonly folder: string;
}

/**
 * Which extension something thrown comes from: by the topmost line of its stack (or of its causes') that lies in one,
 * else by the request that is being answered, or by the extension whose `boot` led there.
 *
 * @param places asked in order
 * @returns the extension's name; `undefined` when it is nobody's
 */
export function ownerOf(thrown: unknown, places: readonly CodePlace[]): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const name = filesIn(error)
      .map((file) => extensionAt(file, places))
      .find((found) => found !== undefined);
    if (name !== undefined) return name;
  }
  const scope = currentScope();
  const owner = scope instanceof RequestContext ? scope.owner.name : scope?.handle.owner;
  return owner === undefined || owner === 'kernel' ? runningExtension() : owner;
}

/** Files in the lines of a stack, the topmost first; the message above them may name others. */
function filesIn({ stack = '' }: Error): readonly string[] {
  return stack.split('\n').flatMap((line) => {
    const written = /^\s+at (?:.*\()?((?:file:|\/|[A-Za-z]:[\\/]).*?)(?:\?[^:]*)?:\d+(?::\d+)?\)?$/.exec(
      line,
    )?.[1];
    if (written === undefined) return [];
    return [written.startsWith('file:') ? fileURLToPath(written) : written];
  });
}

function extensionAt(file: string, places: readonly CodePlace[]): string | undefined {
  for (const { name, folder } of places) {
    if (!file.startsWith(join(folder, '/'))) continue;
    const found = name ?? file.slice(join(folder, '/').length).split(/[\\/]/)[0];
    if (found) return found;
  }
  return undefined;
}
