import { pathToFileURL } from 'node:url';
import { BackplaneError, didYouMean, messageOf } from '../../../errors.ts';
import { isMigration, type Migration } from '../define.ts';
import { type ColumnSpec, typeNamed } from '../step/column.ts';
import type { Step } from '../step/step.ts';
import type { MigrationFile } from './read-files.ts';

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
  for (const step of exported.steps) {
    const fault = faultOf(step);
    if (fault !== undefined) throw invalid(fault);
  }
  return exported;
}

function faultOf(step: Step): string | undefined {
  switch (step.kind) {
    case 'createTable': {
      const { name, columns, primaryKey = ['id'] } = step.table;
      const known = columns.map((column) => column.name);
      const lost = primaryKey.find((column) => !known.includes(column));
      if (lost !== undefined)
        return `The table "${name}" has no column "${lost}" for its primary key.${didYouMean(lost, known)}`;
      return columns.map(columnFault).find((fault) => fault !== undefined);
    }
    case 'addColumn':
    case 'alterColumn':
      return columnFault(step.column);
    default:
      return undefined;
  }
}

function columnFault({ name, type }: ColumnSpec): string | undefined {
  if (typeNamed(type) !== undefined) return undefined;
  const known =
    'uuid, text, string(LENGTH), integer, number, boolean, timestamp, date, json, vector(DIMENSIONS)';
  return `The column "${name}" is of the unknown type "${type}". Use one of ${known}.`;
}
