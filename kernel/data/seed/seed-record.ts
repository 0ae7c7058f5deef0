import type { Database } from '../database/database.ts';

const table = 'backplane_seeds';

/** Which seeds have run, as their database remembers it. */
export class SeedRecord {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the table where it is missing, and reads it. @returns checksums by key */
  async read(): Promise<ReadonlyMap<string, string>> {
    const { knex } = this.#database;
    if (!(await knex.schema.hasTable(table))) {
      try {
        await knex.schema.createTable(table, (made) => {
          made.string('key', 200).primary();
          made.string('checksum', 64).notNullable();
          made.string('ran_at', 30).notNullable();
        });
      } catch (error) {
        // Somebody else has made it in between.
        if (!(await knex.schema.hasTable(table))) throw error;
      }
    }
    const rows: readonly { readonly key: string; readonly checksum: string }[] = await knex(table).select(
      'key',
      'checksum',
    );
    return new Map(rows.map(({ key, checksum }) => [key, checksum]));
  }

  /** @param time ms since the epoch */
  async write(key: string, checksum: string, time: number): Promise<void> {
    const { knex } = this.#database;
    await knex(table).where({ key }).delete();
    await knex(table).insert({ key, checksum, ran_at: new Date(time).toISOString() });
  }
}
