import type { Database } from '../database/database.ts';
import type { EntityModel } from '../model/entity-model.ts';

/** Rows that one statement is about, so that its list of ids stays within limits. */
const atOnce = 1000;

/**
 * Columns of an entity that may be emptied, and hold the id of another row of it, or its own, which must not be deleted
 * before. All databases but MariaDB and MySQL look at that when the statement has ended; those two at each row.
 */
export function selfReferences({ schema, database }: EntityModel): readonly string[] {
  if (database.dialect !== 'mysql') return [];
  return [...schema.fields.values()]
    .filter(
      ({ nullable, references }) =>
        nullable && references?.entity === schema.name && references.onDelete === 'restrict',
    )
    .map(({ column }) => column);
}

/**
 * Deletes rows that belong to each other or to themselves, which MariaDB does only once they do not any more.
 *
 * @param columns those of {@link selfReferences}
 * @returns how many
 */
export function removeTogether(
  { schema, database }: EntityModel,
  ids: readonly string[],
  columns: readonly string[],
): Promise<number> {
  const released = Object.fromEntries(columns.map((column) => [column, null]));
  return database.transaction(async () => {
    for (const some of portions(ids)) await rows(database, schema.table, some).update(released);
    let removed = 0;
    for (const some of portions(ids)) removed += await rows(database, schema.table, some).delete();
    return removed;
  });
}

function rows({ knex }: Database, table: string, ids: readonly string[]) {
  return knex(table).whereIn('id', [...ids]);
}

function portions(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / atOnce) }, (_, index) =>
    ids.slice(index * atOnce, (index + 1) * atOnce),
  );
}
