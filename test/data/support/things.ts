import type { Database } from 'backplane/data';

/** Makes a table of things with an id and a name. */
export async function createThings(database: Database): Promise<Database> {
  await database.knex.schema.createTable('things', (table) => {
    table.integer('id').primary();
    table.string('name');
  });
  return database;
}

/** The ids of all things, in order. */
export async function thingsIn(database: Database): Promise<readonly number[]> {
  return (await database.run('select id from things order by id')).map(({ id }) => Number(id));
}

/** A moment that others wait for. */
export function moment(): { readonly come: Promise<void>; readonly now: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { come: promise, now: resolve };
}
