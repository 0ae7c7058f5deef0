import { createRequire } from 'node:module';
import { sep } from 'node:path';
import type * as Data from './data/index.ts';
import type { Databases } from './data/index.ts';
import { BackplaneError } from './errors.ts';
import type { Migrating } from './extension/index.ts';
import type { Logger } from './log/index.ts';

const load = createRequire(import.meta.url);

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
