import { createRequire } from 'node:module';
import { resolve, sep } from 'node:path';
import type * as Data from './data/index.ts';
import type { Database, Databases, EntityCatalog } from './data/index.ts';
import { BackplaneError } from './errors.ts';
import type { Generation, Migrating } from './extension/index.ts';
import type { Logger } from './log/index.ts';
import { entities } from './resource/index.ts';

const load = createRequire(import.meta.url);

/** The package's own folder: the kernel's migrations lie in it. */
const packageFolder = resolve(import.meta.dirname, '..');

/**
 * Brings the kernel's own tables up to date.
 *
 * @param options `auto`: run what is pending; otherwise it is refused
 * @throws MIGRATIONS_PENDING, and whatever fails
 */
export async function migrateKernel(
  database: Database,
  { auto, log }: { readonly auto: boolean; readonly log: Logger },
): Promise<void> {
  const { Migrator } = load('./data/index.ts') as typeof Data;
  const extensions = [{ extension: 'kernel', folder: packageFolder }];
  const migrator = new Migrator({ databases: database, extensions });
  const { migrations } = await migrator.plan({ extension: 'kernel' });
  const keys = migrations.map(({ key }) => key);
  if (keys.length === 0) return;
  if (!auto) throw new BackplaneError('MIGRATIONS_PENDING', { extension: 'kernel', keys });
  const run = await migrator.migrate({ extension: 'kernel' });
  for (const { key } of run.migrations) log.info(`applied ${key}`);
}

export interface ExtensionMigrationsOptions {
  readonly databases: () => Databases;
  /** Run what is pending; otherwise an extension with pending migrations is refused. */
  readonly auto: boolean;
  readonly log: Logger;
}

/** The migrations of extensions, as part of the transaction that loads them. */
export class ExtensionMigrations {
  readonly #options: ExtensionMigrationsOptions;
  /** Those that have been loaded, dependencies first: migrations may need each other's. */
  readonly #known = new Map<string, Migrating>();
  #comparing: Promise<void> = Promise.resolve();

  constructor(options: ExtensionMigrationsOptions) {
    this.#options = options;
  }

  /**
   * Brings the tables of an extension up to date. While a generation of it serves, only what its code can live with is
   * run; and data is never destroyed.
   *
   * @throws MIGRATIONS_PENDING where they are not to be run by themselves; MIGRATION_HELD; MIGRATION_DESTRUCTIVE; whatever
   *   fails
   */
  async migrate(extension: Migrating): Promise<void> {
    const { name } = extension;
    const { auto, log } = this.#options;
    this.#known.set(name, extension);
    const migrator = this.#migrator();
    if (!auto) {
      const { migrations } = await migrator.plan({ extension: name });
      const keys = migrations.map(({ key }) => key);
      if (keys.length > 0) throw new BackplaneError('MIGRATIONS_PENDING', { extension: name, keys });
      return;
    }
    const { migrations, held } = await migrator.migrate({
      extension: name,
      expandOnly: extension.isServing,
      onProgress: ({ key, step, number, of }) =>
        log.debug({ extension: name }, `${key} ${number}/${of}: ${step}`),
    });
    for (const { key } of migrations) log.info({ extension: name }, `applied ${key}`);
    if (held.length > 0) throw new BackplaneError('MIGRATION_HELD', { extension: name, held });
  }

  /**
   * Warns of each extension whose entities are not what its tables are: what serves then fails as soon as it asks for what
   * is not there.
   *
   * @param generations that were published with `catalog`
   * @returns once it is said, one call after the other; never rejects
   */
  compareArrived(catalog: EntityCatalog, generations: readonly Generation[]): Promise<void> {
    const arrived = generations.filter(hasTables).map(({ name }) => name);
    if (arrived.length === 0) return this.#comparing;
    this.#comparing = this.#comparing
      .then(() => this.#compare(arrived, catalog))
      // Whether databases answer is told elsewhere.
      .catch((error: unknown) =>
        this.#options.log.debug({ err: error }, 'Entities and tables were not compared'),
      );
    return this.#comparing;
  }

  async #compare(arrived: readonly string[], catalog: EntityCatalog): Promise<void> {
    const { Migrator, differencesOf, tablesIn, tablesOf } = load('./data/index.ts') as typeof Data;
    const databases = this.#options.databases();
    const wanted = tablesOf(catalog);
    const used = new Set(['default', ...wanted.flatMap(({ database }) => database ?? [])]);
    const names = databases.names.filter((name) => used.has(name));
    const migrator = new Migrator({ databases: names.map((name) => databases.get(name)), extensions: [] });
    const { schemas, keys } = await migrator.applied();
    const recorded = tablesIn(schemas);
    for (const extension of arrived) {
      const differences = differencesOf({ extension, recorded, wanted, keys });
      if (differences.length > 0)
        this.#options.log.warn(
          { extension },
          `The entities of "${extension}" differ from its tables: ${differences.join('; ')}. Run "backplane db make".`,
        );
    }
  }

  #migrator(): Data.Migrator {
    const { Migrator } = load('./data/index.ts') as typeof Data;
    const databases = this.#options.databases();
    const extensions = [...this.#known.values()];
    return new Migrator({
      databases: databases.names.map((name) => databases.get(name)),
      extensions: extensions.map(({ name, folder }) => ({ extension: name, folder })),
      load: async (path) => {
        const owner = extensions.find(({ folder }) => path.startsWith(folder + sep));
        if (owner) return owner.modules.import(path.slice(owner.folder.length + 1).replaceAll(sep, '/'));
        throw new Error(`No extension that is being loaded holds ${path}.`);
      },
    });
  }
}

/** Does it have entities, or migrations of what it had? */
function hasTables(generation: Generation): boolean {
  return (
    generation.contributionsTo(entities).length > 0 ||
    generation.modules.files.some((file) => file.startsWith('migrations/'))
  );
}
