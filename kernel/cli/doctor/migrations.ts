import { differencesOf, tablesIn, tablesOf } from '../../data/index.ts';
import { messageOf } from '../../errors.ts';
import { createMigrator, usedDatabases } from '../database/migrator.ts';
import { type DatabaseProject, openDatabaseProject } from '../database/project.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Finding, ok, warning } from './check.ts';

const subject = 'migrations';

/** Says what did not run, and which entities have no migration yet. Changes nothing, and makes no file of SQLite. */
export async function checkMigrations(surroundings: Surroundings): Promise<readonly Finding[]> {
  // What keeps the extensions from being read is another check's to tell.
  const project = await openDatabaseProject(surroundings, { onMissing() {} }).catch(() => undefined);
  if (project === undefined) return [];
  const findings: Finding[] = [];
  try {
    const names = await usedDatabases(project);
    const migrator = createMigrator(
      project,
      names.map((name) => project.databases.get(name)),
    );
    const { schemas, keys } = await migrator.recorded();
    const recorded = tablesIn(schemas);
    const wanted = tablesOf(await project.catalog());
    for (const { name: extension } of project.extensions) {
      const differences = differencesOf({ extension, recorded, wanted, keys });
      if (differences.length === 0) continue;
      const what = `the entities of "${extension}" differ from its migrations: ${differences.join('; ')}`;
      findings.push(warning(subject, `${what}. Run "backplane db make".`));
    }
    if (keys.length > 0) {
      const { migrations } = await migrator.status();
      const usesKernelTables = await anyCapability(project);
      const counted = migrations.filter(({ extension }) => extension !== 'kernel' || usesKernelTables);
      const pending = counted.filter(({ state }) => state === 'pending').map(({ key }) => key);
      findings.push(
        pending.length === 0
          ? ok(subject, `none of ${counted.length} is pending`)
          : warning(subject, `not applied: ${pending.join(', ')}. Run "backplane db migrate".`),
      );
    }
  } catch (error) {
    findings.push(warning(subject, `could not be looked at: ${messageOf(error)}`));
  } finally {
    await project[Symbol.asyncDispose]();
  }
  return findings;
}

/** The tables of the kernel itself are for those alone: without them, nobody misses the tables. */
async function anyCapability({ extensions }: DatabaseProject): Promise<boolean> {
  const files = await Promise.all(extensions.map((extension) => extension.files()));
  return files.flat().some((file) => file.startsWith('capabilities/'));
}
