import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { BackplaneError } from '../../errors.ts';
import { filesOf, limits } from './extension-files.ts';

/** How many bytes are read before other work gets a turn. */
const BYTES_PER_TURN = 4 * 1024 * 1024;

/** The content of a folder, told by one hash. */
export interface FolderHash {
  /** SHA-256 over the relative paths and the contents, in hexadecimal. */
  readonly hash: string;
  /** The hashed files: relative paths with `/`, sorted. */
  readonly files: readonly string[];
}

/**
 * Hashes what makes up an extension; `node_modules`, `test`, `var` and dot files do not count. Symbolic links are
 * followed. Reading is synchronous, because for a thousand small folders that is twice as fast as the thread pool.
 *
 * @param folder absolute path
 * @throws EXTENSION_TOO_LARGE; the file system's error when the folder, or a file in it, cannot be read
 */
export async function hashFolder(folder: string): Promise<FolderHash> {
  const files = filesOf(folder);
  const digest = createHash('sha256');
  let unread = BYTES_PER_TURN;
  let total = 0;
  for (const file of files) {
    const content = readFileSync(join(folder, file));
    total += content.length;
    if (total > limits.bytes) {
      const details = { folder, what: `${limits.bytes / 1024 ** 2} MB in its files` };
      throw new BackplaneError('EXTENSION_TOO_LARGE', details);
    }
    // The length keeps "name + content" of two files from being mistaken for those of one.
    digest.update(`${file}\0${content.length}\0`).update(content);
    unread -= content.length;
    if (unread > 0) continue;
    unread = BYTES_PER_TURN;
    await setImmediate();
  }
  return { hash: digest.digest('hex'), files };
}
