import { join } from 'node:path';
import { Database, Migrator } from '../../kernel/data/index.ts';
import { Workspace } from '../workspace.ts';

const extensions = 200;
const migrations = 10;

/** 200 extensions with ten migrations each, all applied to a database in memory. */
export class MigratedApplication implements AsyncDisposable {
  readonly #workspace = new Workspace();
  readonly #database = new Database({ url: 'sqlite::memory:' });

  static async create(): Promise<MigratedApplication> {
    const application = new MigratedApplication();
    for (let index = 0; index < extensions; index += 1) {
      const table = `shop_${index}_things`;
      const files: Record<string, string> = {};
      for (let number = 1; number <= migrations; number += 1) {
        const step =
          number === 1
            ? `createTable({ name: '${table}', columns: [{ name: 'id', type: 'uuid' }], primaryKey: ['id'] })`
            : `addColumn('${table}', { name: 'c${number}', type: 'integer', nullable: true })`;
        files[`migrations/${String(number).padStart(4, '0')}_step.ts`] = migration(step);
      }
      application.#workspace.add(`shop-${index}`, files);
    }
    await application.#migrator().migrate();
    return application;
  }

  /** ms that it takes to tell the state of all 2,000, with their files read anew. */
  async status(): Promise<number> {
    const started = performance.now();
    const { migrations: told, faults } = await this.#migrator().status();
    const took = performance.now() - started;
    if (faults.length > 0 || told.some(({ state }) => state !== 'applied')) {
      throw new Error('All migrations must be applied.');
    }
    return took;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close();
    this.#workspace[Symbol.dispose]();
  }

  #migrator(): Migrator {
    return new Migrator({
      databases: this.#database,
      extensions: Array.from({ length: extensions }, (_, index) => ({
        extension: `shop-${index}`,
        folder: join(this.#workspace.extensions, `shop-${index}`),
      })),
    });
  }
}

function migration(step: string): string {
  return `import { addColumn, createTable, defineMigration } from 'backplane/data';
export default defineMigration({ steps: [${step}] });
`;
}
