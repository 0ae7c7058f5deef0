import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { BackplaneError } from '../errors.ts';

export interface CreatedExtension {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  /** The folder as it is shown: relative to the application where it lies in it. */
  readonly shown: string;
  /** The folder that it was put into. */
  readonly parent: string;
  /** Does the application look for extensions there by itself? */
  readonly isFound: boolean;
}

export interface WrittenExtension {
  readonly name: string;
  /** Folder to put its folder into, relative to the application's; {@link usual} if left out. */
  readonly path?: string | undefined;
  readonly usual: 'extensions' | 'providers';
  /** Folder of the application. */
  readonly root: string;
  /** Content by path inside of its folder. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes the folder of a new extension.
 *
 * @throws EXTENSION_NAME_INVALID, EXTENSION_NAME_TAKEN; EXTENSION_EXISTS, with what is there left as it is
 */
export function writeExtension({ name, path, usual, root, files }: WrittenExtension): CreatedExtension {
  checkName(name);
  const parent = resolve(root, path ?? usual);
  const folder = join(parent, name);
  mkdirSync(parent, { recursive: true });
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new BackplaneError('EXTENSION_EXISTS', { folder });
  }
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  const shown = relative(root, folder);
  return {
    name,
    folder,
    files: Object.keys(files),
    shown: shown.startsWith('..') ? folder : shown,
    parent,
    isFound: ['extensions', 'providers'].some((one) => parent === join(root, one)),
  };
}

/** Paths of one segment that are answered already, with by whom: routes would mount below them. */
const answering: ReadonlyMap<string, string> = new Map([
  ['health', 'the kernel'],
  ['docs', 'the extension "openapi"'],
]);

/** @throws EXTENSION_NAME_INVALID, EXTENSION_NAME_TAKEN */
export function checkName(name: string): void {
  const by = answering.get(name);
  if (by !== undefined) throw new BackplaneError('EXTENSION_NAME_TAKEN', { name, by });
  const isNamed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);
  if (isNamed && name !== 'kernel') return;
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^[-\d]+|-+$/g, '');
  const suggestion = isNamed
    ? ' "kernel" is the kernel itself.'
    : words === '' || words === 'kernel'
      ? ''
      : ` Try "${words}".`;
  throw new BackplaneError('EXTENSION_NAME_INVALID', { name, suggestion });
}
