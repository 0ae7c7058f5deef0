import type { Database } from '../../database/database.ts';
import type { Migration } from '../define.ts';
import { headerOf } from '../graph/header.ts';
import { type MigrationRecord, Recorder } from '../run/recorder.ts';
import { hashOf } from '../step/step-data.ts';
import type { MigrationFile } from './read-files.ts';

/**
 * The files as their records know them: one that was edited after it ran, and still says the same, keeps the checksum that
 * was recorded. What it says is its steps as data, so that formatting and comments do not count, nor how an `sql` step is
 * undone, which did not run; where a step is code, which may use anything of its module, every letter counts.
 *
 * @param load imports a file; only edited ones are
 */
export async function sameAsRecorded(
  files: readonly MigrationFile[],
  records: ReadonlyMap<string, MigrationRecord>,
  databases: ReadonlyMap<string, Database>,
  load: (file: MigrationFile) => Promise<Migration>,
): Promise<readonly MigrationFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const record = records.get(file.key);
      if (record?.state !== 'applied' || record.checksum === file.checksum) return file;
      const database = databases.get(record.header.database);
      if (database === undefined) return file;
      try {
        const isSame = await saysTheSame(await load(file), record, database);
        return isSame ? { ...file, checksum: record.checksum } : file;
      } catch {
        // What cannot be imported any more has changed.
        return file;
      }
    }),
  );
}

async function saysTheSame(
  migration: Migration,
  { key, header }: MigrationRecord,
  database: Database,
): Promise<boolean> {
  if (migration.steps.some(({ kind }) => kind === 'run')) return false;
  const recorded = (await new Recorder(database).details([key])).get(key);
  const hashes = migration.steps.map(hashOf);
  return (
    recorded !== undefined &&
    recorded.hashes.join() === hashes.join() &&
    !recorded.steps.some(({ kind }) => kind === 'run') &&
    JSON.stringify(header) === JSON.stringify(headerOf(migration))
  );
}
