import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { BackplaneError } from '../../errors.ts';

/** Which files below an extension's folder count, and for what. Paths are relative, with `/` between segments. */

const unhashed = new Set(['node_modules', 'test', 'var']);
const uncollected = new Set(['node_modules', 'test', 'docs', 'scripts', 'bench', 'dist', 'var']);

/** Far more than code ever has: a link to a whole disk must not keep the kernel reading. */
export const limits = { files: 10_000, bytes: 256 * 1024 * 1024 };

/** Whether a file or folder of this name belongs to what makes up a generation. */
export const belongsToExtension = (name: string): boolean => !name.startsWith('.') && !unhashed.has(name);

/** Whether every segment of the path belongs to the extension; the others may change without a reload. */
export const isExtensionFile = (file: string): boolean => file.split('/').every(belongsToExtension);

/**
 * Whether a registry may collect this file: a `.ts` file below a direct sub-folder that is no test, no
 * declaration, and whose name does not start with `_`.
 */
export function isCollectable(file: string): boolean {
  const segments = file.split('/');
  const name = segments.pop();
  if (name === undefined || segments.length === 0 || !name.endsWith('.ts')) return false;
  if (name.startsWith('_') || name.endsWith('.d.ts') || name.endsWith('.test.ts')) return false;
  return segments.every((segment) => !segment.startsWith('.') && !uncollected.has(segment));
}

/**
 * The files that make up the extension in this folder, sorted. Symbolic links are followed, even where they lead out
 * of the folder, but never in a circle.
 *
 * @param folder absolute path
 * @throws EXTENSION_TOO_LARGE; the file system's error when a folder or link cannot be read
 */
export function filesOf(folder: string): string[] {
  const files: string[] = [];
  collect({ root: folder, files }, folder, '', []);
  return files.sort();
}

interface Found {
  readonly root: string;
  readonly files: string[];
}

function collect(found: Found, folder: string, relative: string, linkedFrom: readonly string[]): void {
  const { root, files } = found;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!belongsToExtension(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    const file = relative === '' ? entry.name : `${relative}/${entry.name}`;
    const kind = kindOf(entry, path);
    if (kind === 'file' && files.push(file) > limits.files) {
      const details = { folder: root, what: `${limits.files} files` };
      throw new BackplaneError('EXTENSION_TOO_LARGE', details);
    }
    if (kind !== 'folder') continue;
    if (!entry.isSymbolicLink()) collect(found, path, file, linkedFrom);
    else {
      const target = realpathSync(path);
      // A link to a folder that it lies in would never end.
      const circular = [...linkedFrom, realpathSync(folder)].some((from) =>
        `${from}/`.startsWith(`${target}/`),
      );
      if (!circular) collect(found, path, file, [...linkedFrom, realpathSync(folder)]);
    }
  }
}

function kindOf(entry: Dirent, path: string): 'file' | 'folder' | 'other' {
  const found = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
  if (found?.isFile()) return 'file';
  return found?.isDirectory() ? 'folder' : 'other';
}
