import { resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Database, type MigrationProgress, type MigrationSource, Migrator } from '../../data/index.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import type { Terminal } from '../terminal.ts';
import { type DatabaseProject, openDatabaseProject } from './project.ts';
import { named } from './unreachable.ts';

/** The package's own folder: the kernel's migrations lie in it. */
const packageFolder = resolve(import.meta.dirname, '../../..');

/**
 * Opens the application's data with what migrates it, for as long as `work` takes.
 *
 * @param options `onMissing`: the command only looks, and makes no file of a database; it is told of one that is missing
 * @throws DATABASE_UNREACHABLE, and whatever `work` throws
 */
export async function withMigrator(
  surroundings: Surroundings,
  work: (migrator: Migrator, project: DatabaseProject) => Promise<ExitCode>,
  options: { readonly onMissing?: (name: string, file: string) => void } = {},
): Promise<ExitCode> {
  await using project = await openDatabaseProject(surroundings, options);
  const names = await usedDatabases(project);
  const databases = names.map((name) => project.databases.get(name));
  return await named(project.databases, () => work(createMigrator(project, databases), project));
}

/** What migrates these databases by the migrations of all extensions. */
export function createMigrator(project: DatabaseProject, databases: readonly Database[]): Migrator {
  return new Migrator({
    databases,
    extensions: sourcesOf(project),
    load: (path) => importFile(path, project),
  });
}

/** Those that an entity lies in: another one need not even be reachable. Where there is but one, no entity is asked. */
export async function usedDatabases(project: DatabaseProject): Promise<readonly string[]> {
  if (project.databases.names.length === 1) return project.databases.names;
  const catalog = await project.catalog();
  return [...new Set(['default', ...catalog.all.flatMap(({ options }) => options.database ?? [])])];
}

/** For commands that only look: what is not there is said, and not made. */
export function tellMissing(terminal: Terminal): (name: string, file: string) => void {
  return (name, file) =>
    terminal.note(`The database "${name}" is not there yet: ${file}. "backplane db migrate" makes it.`);
}

/** A line for each step, as it begins: some take minutes. */
export function tellSteps(terminal: Terminal): (progress: MigrationProgress) => void {
  return ({ key, direction, step, number, of }) =>
    terminal.note(`${direction === 'apply' ? '' : 'undo '}${key} ${number}/${of}: ${step}`);
}

function sourcesOf({ extensions }: DatabaseProject): readonly MigrationSource[] {
  return [
    { extension: 'kernel', folder: packageFolder },
    ...extensions.map(({ name, folder }) => ({ extension: name, folder })),
  ];
}

/** Files of extensions by the kernel's loader, for which `backplane` is the kernel itself wherever they lie. */
function importFile(path: string, { extensions }: DatabaseProject): Promise<object> {
  const owner = extensions.find(({ folder }) => path.startsWith(folder + sep));
  if (!owner) return import(pathToFileURL(path).href);
  return owner.import(path.slice(owner.folder.length + 1).replaceAll(sep, '/'));
}
