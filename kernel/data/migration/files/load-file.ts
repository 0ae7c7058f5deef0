import { pathToFileURL } from 'node:url';
import { BackplaneError, messageOf } from '../../../errors.ts';
import { isMigration, type Migration } from '../define.ts';
import type { MigrationFile } from './read-files.ts';
import { migrationFaults } from './step-faults.ts';

/**
 * Imports a file.
 * @param checksum of its text: a file that was edited since is to be imported anew
 */
export type LoadModule = (path: string, checksum: string) => Promise<unknown>;

/** `import()`, which keeps what it has imported by its URL. */
export const importModule: LoadModule = (path, checksum) =>
  import(`${pathToFileURL(path).href}?${checksum.slice(0, 16)}`);

/** @throws MIGRATION_INVALID when it cannot be imported, or exports no migration */
export async function loadMigration({ path, checksum }: MigrationFile, load: LoadModule): Promise<Migration> {
  const invalid = (reason: string, cause?: unknown): BackplaneError =>
    new BackplaneError('MIGRATION_INVALID', { file: path, reason }, { cause });
  let module: unknown;
  try {
    module = await load(path, checksum);
  } catch (error) {
    throw invalid(`It cannot be imported: ${messageOf(error)}.`, error);
  }
  const exported = typeof module === 'object' && module && 'default' in module ? module.default : undefined;
  if (!isMigration(exported)) {
    throw invalid(
      'Its default export is no migration. Write "export default defineMigration({ steps: […] })".',
    );
  }
  const faults = migrationFaults(exported);
  if (faults.length > 0) throw invalid(faults.join(' '));
  return exported;
}
