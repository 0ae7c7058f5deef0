import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { BackplaneError, messageOf } from '../../errors.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * Reads an instance from a file of JSON; `-` is standard input, so that no credential need lie in a file or a history.
 *
 * @throws INSTANCE_FILE_INVALID, with nothing of what the file holds
 */
export async function readInstanceFile(
  file: string,
  { cwd, stdin }: Surroundings,
): Promise<Readonly<Record<string, unknown>>> {
  const shown = file === '-' ? 'Standard input' : file;
  const invalid = (reason: string): Error =>
    new BackplaneError('INSTANCE_FILE_INVALID', { file: shown, reason });
  let content: string;
  try {
    content = file === '-' ? await text(stdin ?? process.stdin) : await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw invalid(messageOf(error));
  }
  const value = parsed(content);
  if (value === undefined) throw invalid('it is no JSON');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('it is no object');
  return { ...value };
}

/** What JSON.parse says quotes the text. */
function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
