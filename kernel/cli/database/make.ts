import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type MadeMigration, type Migrator, makeMigrations, tablesIn } from '../../data/index.ts';
import { shareRenames } from '../../data/migration/make/renames.ts';
import { tablesOf } from '../../data/table/table.ts';
import { BackplaneError } from '../../errors.ts';
import type { DatabaseProject } from './project.ts';

export interface MakeRequest {
  readonly extension: string | undefined;
  readonly name: string | undefined;
  /** `blog_posts.title=headline,…` */
  readonly rename: string | undefined;
  readonly dryRun: boolean;
}

/** A migration with where it was, or would be, written to. */
export interface WrittenMigration extends MadeMigration {
  /** Relative to the application's folder. */
  readonly shown: string;
}

/**
 * Writes the migrations that bring the tables to what the entities say.
 *
 * @throws MIGRATION_UNDECIDED with everything that people must decide first; then nothing is written
 */
export async function makeAll(
  migrator: Migrator,
  project: DatabaseProject,
  { extension, name, rename, dryRun }: MakeRequest,
): Promise<readonly WrittenMigration[]> {
  const wanted = tablesOf(await project.catalog());
  const chosen = extension === undefined ? project.extensions : [project.extension(extension)];
  const { schemas, keys } = await migrator.recorded();
  const recorded = tablesIn(schemas);
  const renames = shareRenames(
    renamesOf(rename),
    recorded,
    chosen.map((one) => one.name),
  );
  const slug = name === undefined ? undefined : slugFrom(name);
  const made = chosen.flatMap(({ name: owner, folder }) =>
    makeMigrations({
      extension: owner,
      recorded,
      wanted,
      keys,
      renames: renames.get(owner) ?? {},
      ...(slug === undefined ? {} : { slug }),
    }).map((one) => ({ ...one, path: join(folder, 'migrations', one.file) })),
  );
  return made.map(({ path, ...one }) => {
    if (!dryRun) {
      mkdirSync(join(path, '..'), { recursive: true });
      // Never over a file that is there.
      writeFileSync(path, one.source, { flag: 'wx' });
    }
    return { ...one, shown: relative(project.root, path) };
  });
}

/** @throws MIGRATION_NAME_INVALID when nothing is left of the words */
function slugFrom(words: string): string {
  const slug = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  if (slug === '') throw new BackplaneError('MIGRATION_NAME_INVALID', { text: words });
  return slug;
}

function renamesOf(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [from = '', to = ''] = pair.split('=').map((part) => part.trim());
      if (from === '' || to === '') throw new BackplaneError('RENAME_INVALID', { text: pair });
      return [from, to];
    }),
  );
}
