// knex on better-sqlite3, as the peers that use it open it.
import createKnex from 'knex';
import { file, pragmas } from './items.mjs';

/** @returns knex with one connection, as it always has for SQLite */
export async function openKnex() {
  const knex = createKnex({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      afterCreate(connection, done) {
        for (const pragma of pragmas) connection.pragma(pragma);
        done();
      },
    },
  });
  await knex.raw('select 1');
  return knex;
}
