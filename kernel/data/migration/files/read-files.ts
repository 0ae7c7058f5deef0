import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackplaneError, messageOf } from '../../../errors.ts';
import { parseKey } from '../graph/key.ts';

/** An extension that may have migrations, in `<folder>/migrations/`. */
export interface MigrationSource {
  readonly extension: string;
  readonly folder: string;
}

/** A file of a migration, read but not imported. */
export interface MigrationFile {
  readonly key: string;
  readonly extension: string;
  readonly number: number;
  readonly path: string;
  /**
   * Of its text; the ends of lines do not count, which Git may change. What it imports is no part of it. The recorded one
   * where the text is another and says the same.
   */
  readonly checksum: string;
}

/** A file that cannot be used, and whose. */
export interface FileFault {
  readonly extension: string;
  readonly error: BackplaneError;
}

export interface MigrationFiles {
  /** In the order of the sources, then of their numbers. */
  readonly files: readonly MigrationFile[];
  readonly faults: readonly FileFault[];
}

const codeFile = /(?<!\.d)\.(ts|mts|js|mjs)$/;

/** Reads the migrations of all extensions at once. Files that are no code, and folders, are left alone. */
export async function readMigrationFiles(sources: readonly MigrationSource[]): Promise<MigrationFiles> {
  const read = await Promise.all(sources.map(readSource));
  return { files: read.flatMap(({ files }) => files), faults: read.flatMap(({ faults }) => faults) };
}

async function readSource({ extension, folder }: MigrationSource): Promise<MigrationFiles> {
  const path = join(folder, 'migrations');
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const faults: FileFault[] = [];
  const files = entries
    .filter((entry) => !entry.isDirectory() && codeFile.test(entry.name) && !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(async ({ name }): Promise<MigrationFile | undefined> => {
      const file = join(path, name);
      const key = `${extension}/${name.replace(codeFile, '')}`;
      const number = parseKey(key)?.number;
      const fault = (reason: string): undefined => {
        faults.push({ extension, error: new BackplaneError('MIGRATION_INVALID', { file, reason }) });
        return undefined;
      };
      if (number === undefined) {
        return fault('Its name must be four digits and words in lower case, as "0002_add_subtitle.ts".');
      }
      try {
        return { key, extension, number, path: file, checksum: checksumOf(await readFile(file, 'utf8')) };
      } catch (error) {
        return fault(`It cannot be read: ${messageOf(error)}.`);
      }
    });
  const read = await Promise.all(files);
  return { files: read.filter((file) => file !== undefined), faults };
}

export function checksumOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
