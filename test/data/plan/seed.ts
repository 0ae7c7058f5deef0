import type { Database } from 'backplane/data';
import { codecOf } from '../../../kernel/data/database/column-codec.ts';
import type { Field } from '../../../kernel/data/entity/field.ts';
import { blog } from '../support/blog.ts';

export type SeedRow = Readonly<Record<string, unknown>>;

/** A UUID that sorts as its number does. */
export function id(number: number): string {
  return `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** Puts rows into an entity's table, past everything but the codecs of its columns. */
export async function insert(database: Database, entity: string, rows: readonly SeedRow[]): Promise<void> {
  const { table, fields } = blog.get(entity);
  await insertInto(database, table, fields, rows);
}

/** Puts pairs of ids into the table between two entities. */
export async function link(
  database: Database,
  entity: string,
  relation: string,
  pairs: readonly (readonly [own: string, other: string, pivot?: SeedRow])[],
): Promise<void> {
  const found = blog.get(entity).relations.get(relation);
  if (found?.kind !== 'manyToMany') throw new TypeError(`"${relation}" has no table between.`);
  const { pivot, ownColumn, targetColumn } = found;
  const rows = pairs.map(([own, other, more]) => ({ ...more, [ownColumn]: own, [targetColumn]: other }));
  await insertInto(database, pivot.table, pivot.fields, rows);
}

async function insertInto(
  database: Database,
  table: string,
  fields: ReadonlyMap<string, Field>,
  rows: readonly SeedRow[],
): Promise<void> {
  const encoded = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const field = fields.get(name);
        if (field === undefined) return [name, value];
        const { encode } = codecOf(field.type, database.dialect);
        return [field.column, value === null || encode === undefined ? value : encode(value)];
      }),
    ),
  );
  for (let start = 0; start < encoded.length; start += 50) {
    await database.knex(table).insert(encoded.slice(start, start + 50));
  }
}

const moment = '2026-01-01T00:00:00.000Z';

/** A post with everything that must be there. */
export function post(number: number, more: SeedRow = {}): SeedRow {
  return {
    id: id(number),
    title: `Title ${number}`,
    slug: `slug-${number}`,
    body: null,
    status: 'draft',
    views: number,
    rating: null,
    featured: false,
    publishedAt: null,
    day: null,
    details: null,
    embedding: null,
    authorId: id(1),
    editorId: null,
    createdAt: moment,
    updatedAt: moment,
    deletedAt: null,
    ...more,
  };
}

export function user(number: number, more: SeedRow = {}): SeedRow {
  return {
    id: id(number),
    name: `User ${number}`,
    email: `user${number}@example.com`,
    password: 'secret',
    age: null,
    ...more,
  };
}

export function comment(number: number, more: SeedRow = {}): SeedRow {
  return {
    id: id(number),
    text: `Text ${number}`,
    likes: 0,
    postId: id(1),
    authorId: null,
    parentId: null,
    createdAt: moment,
    updatedAt: moment,
    ...more,
  };
}
