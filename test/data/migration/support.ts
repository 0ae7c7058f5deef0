import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, type Migration, Migrator, type MigratorOptions } from 'backplane/data';
import { recordTable } from '../../../kernel/data/migration/run/recorder.ts';

type Extensions = Record<string, Record<string, Migration>>;

/** Folders of extensions with files of migrations; what they export is kept here, and found by their path. */
export class Application {
  readonly folder: string;
  readonly #exports = new Map<string, unknown>();
  readonly #extensions = new Set<string>();
  /** Paths that were imported. */
  readonly imported: string[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(extensions: Extensions = {}): Promise<Application> {
    const application = new Application(await mkdtemp(join(tmpdir(), 'backplane-migration-')));
    made.push(application);
    for (const [extension, migrations] of Object.entries(extensions)) {
      for (const [name, migration] of Object.entries(migrations)) {
        await application.write(extension, name, migration);
      }
    }
    return application;
  }

  /** @param text of the file, when it matters */
  async write(extension: string, name: string, exported: unknown, text?: string): Promise<void> {
    const folder = join(this.folder, extension, 'migrations');
    await mkdir(folder, { recursive: true });
    const path = join(folder, name.includes('.') ? name : `${name}.ts`);
    const show = (_: string, value: unknown): unknown => (typeof value === 'function' ? `${value}` : value);
    await writeFile(path, text ?? JSON.stringify(exported, show, 2) ?? '');
    this.#exports.set(path, { default: exported });
    this.#extensions.add(extension);
  }

  async remove(extension: string, name: string): Promise<void> {
    await rm(join(this.folder, extension, 'migrations', `${name}.ts`));
  }

  /** Takes an extension away, with its files. */
  removeExtension(extension: string): void {
    this.#extensions.delete(extension);
  }

  migrator(databases: Database | readonly Database[], options: Partial<MigratorOptions> = {}): Migrator {
    return new Migrator({
      databases,
      extensions: [...this.#extensions].map((extension) => ({
        extension,
        folder: join(this.folder, extension),
      })),
      load: async (path) => {
        this.imported.push(path);
        return this.#exports.get(path);
      },
      ...options,
    });
  }
}

const made: Application[] = [];

after(() => Promise.all(made.map(({ folder }) => rm(folder, { recursive: true, force: true }))));

/** Tables of a database that are not the framework's own. */
export async function tablesOf(database: Database): Promise<readonly string[]> {
  const texts = {
    sqlite: `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`,
    postgres:
      'select table_name as name from information_schema.tables where table_schema = current_schema()',
    mysql: 'select table_name as name from information_schema.tables where table_schema = database()',
    mssql: '',
  };
  const rows = await database.run(texts[database.dialect]);
  return rows
    .map(({ name }) => String(name))
    .filter((name) => name !== recordTable && name !== 'backplane_migration_lock')
    .sort();
}

/** Columns of a table, without those that MariaDB needs for unique indexes. */
export async function columnsOf(database: Database, table: string): Promise<readonly string[]> {
  const names = Object.keys(await database.knex(table).columnInfo());
  return names.filter((name) => !name.endsWith('_is_null')).sort();
}

/** What was thrown. */
export async function failureOf(
  promise: Promise<unknown> | (() => unknown),
): Promise<Error & { code?: string }> {
  try {
    await (typeof promise === 'function' ? promise() : promise);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It was expected to fail, and did not.');
}
