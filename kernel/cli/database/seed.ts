import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { DataContext, isSeed, type KeyedSeed, runSeeds, type SeedProgress } from '../../data/index.ts';
import { BackplaneError } from '../../errors.ts';
import type { DatabaseProject, ProjectExtension } from './project.ts';

/**
 * Runs the seeds of an application, or of one extension with what they depend on.
 *
 * @throws SEED_INVALID for a file that exports none, and whatever a seed throws
 */
export async function seedAll(
  project: DatabaseProject,
  { extension, force }: { readonly extension: string | undefined; readonly force: boolean },
  onProgress: (progress: SeedProgress) => void,
): Promise<readonly SeedProgress[]> {
  if (extension !== undefined) project.extension(extension);
  const all = (await Promise.all(project.extensions.map(seedsOf))).flat();
  const seeds = extension === undefined ? all : withNeeded(all, extension);
  if (seeds.length === 0) return [];
  const data = new DataContext({ databases: project.databases, catalog: await project.catalog() });
  return runSeeds(data, seeds, { force, onProgress });
}

async function seedsOf(extension: ProjectExtension): Promise<readonly KeyedSeed[]> {
  const files = (await extension.files()).filter((file) => file.startsWith('seeds/'));
  return Promise.all(
    files.map(async (file) => {
      const namespace = await extension.import(file);
      const seed = 'default' in namespace ? namespace.default : undefined;
      const key = `${extension.name}/${parse(file).name}`;
      if (!isSeed(seed)) {
        const reason = `${file} must export as default what defineSeed({…}) returns`;
        throw new BackplaneError('SEED_INVALID', { seed: key, reason });
      }
      const text = readFileSync(join(extension.folder, file));
      return { key, seed, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/** Those of one extension, and all that they depend on. */
function withNeeded(all: readonly KeyedSeed[], extension: string): readonly KeyedSeed[] {
  const byKey = new Map(all.map((one) => [one.key, one]));
  const wanted = new Set(all.filter(({ key }) => key.startsWith(`${extension}/`)));
  // A set visits what is added while it is read.
  for (const { seed } of wanted) {
    for (const key of seed.dependsOn ?? []) {
      const needed = byKey.get(key);
      if (needed) wanted.add(needed);
    }
  }
  return [...wanted];
}
