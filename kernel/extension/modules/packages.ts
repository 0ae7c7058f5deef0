import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Packages of which there must be one copy in the process, since values made by them are recognised by identity:
 * they are the kernel's, whatever stands around the extension's folder.
 */
const shared = new Set(['backplane', 'typebox', 'express', 'awilix', 'pino']);

/** The package that a bare specifier speaks of: `@scope/name/sub` → `@scope/name`. */
export function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Whether the specifier means the kernel's own copy for every extension. */
export const isShared = (specifier: string): boolean =>
  isBuiltin(specifier) || shared.has(packageOf(specifier));

/** Whether the package can be found from the extension's folder or from the kernel. */
export function isInstalled(specifier: string, folder: string): boolean {
  if (isShared(specifier)) return true;
  const name = packageOf(specifier);
  return isAbove(name, folder) || isAbove(name, import.meta.dirname);
}

function isAbove(name: string, folder: string): boolean {
  if (existsSync(join(folder, 'node_modules', name))) return true;
  const parent = dirname(folder);
  return parent !== folder && isAbove(name, parent);
}

/** Node's `import()` as seen from some place on disk. */
export type ImportFrom = (specifier: string, options?: ImportCallOptions) => Promise<object>;

/** Whether it is this package that was not found, rather than something that the package itself imports. */
export function isNotFound(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`package '${name}'`);
}
