import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Empties a folder that holds more files than it should. For caches that only ever grow: Node's compile cache gets a
 * file for each generation of an extension, and takes none away.
 *
 * @param limit files that may lie directly in it
 */
export async function trimFolder(folder: string, limit: number): Promise<void> {
  try {
    const names = await readdir(folder);
    if (names.length <= limit) return;
    await Promise.all(names.map((name) => rm(join(folder, name), { force: true, recursive: true })));
  } catch {
    // Not there, or not ours to clean: it is a cache.
  }
}
