import {
  compileEntities,
  createSearchIndex,
  createTable,
  type Database,
  defineEntity,
  defineMigration,
  type Migration,
  Reader,
  type Step,
  Type,
} from 'backplane/data';
import { expect } from 'chai';
import type { OpenDatabase } from '../support/databases.ts';
import { Application } from './support.ts';

/** Parts of the posts that searches are tested with. */
export const id = { name: 'id', type: 'uuid' } as const;
export const title = { name: 'title', type: 'string(100)' } as const;
export const body = { name: 'body', type: 'text', nullable: true } as const;
export const table = createTable({ name: 'blog_posts', columns: [id, title, body] });
export const steps = (...given: Step[]): Migration => defineMigration({ steps: given });
export const initial = steps(table, createSearchIndex('blog_posts', ['title', 'body']));

export const idOf = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Posts with these texts, of which these are searched. */
export function catalogWith(fields: Parameters<typeof defineEntity>[1]['fields'], search: readonly string[]) {
  return compileEntities([{ owner: 'blog', value: defineEntity('blog.post', { fields, search }) }]);
}

export const fields = { title: Type.String({ maxLength: 100 }), body: Type.Optional(Type.String()) };
export const both = catalogWith(fields, ['title', 'body']);

/** The numbers of the posts that a search finds. With `byIndex`, only an index may have found them. */
export async function find(
  database: Database,
  search: string,
  byIndex = true,
  catalog = both,
): Promise<number[]> {
  let sent = '';
  const stop = database.onStatement(({ sql }) => {
    sent = sql;
  });
  const { rows } = await new Reader(database, catalog).list('blog.post', { search });
  stop();
  const asked = {
    sqlite: / match /,
    postgres: /@@ plainto_tsquery/,
    mysql: /match\(|`search_text` regexp/,
    mssql: /./,
  };
  expect(asked[database.dialect].test(sent), sent).to.equal(byIndex);
  return rows.map((row) => Number(String(row.id).slice(-12))).sort();
}

export async function insertPosts(database: Database): Promise<void> {
  await database.knex('blog_posts').insert([
    { id: idOf(1), title: 'The quick fox', body: 'over the lazy dog' },
    { id: idOf(2), title: 'Slow tortoise', body: null },
  ]);
}

/** Everything that is left of an index. */
export async function tracesOf(database: Database): Promise<readonly string[]> {
  const texts = {
    sqlite: `select name from sqlite_master where name like '%\\_search%' escape '\\'`,
    postgres: `select indexname as name from pg_indexes where indexname like '%\\_search%'`,
    mysql: `select column_name as name from information_schema.columns where table_schema = database() and column_name = 'search_text'`,
    mssql: '',
  };
  return (await database.run(texts[database.dialect])).map(({ name }) => String(name));
}

export async function migrated(
  open: OpenDatabase,
  ...migrations: Migration[]
): Promise<{ database: Database; application: Application }> {
  const database = await open();
  const application = await Application.create();
  for (const [index, migration] of migrations.entries())
    await application.write('blog', `000${index + 1}_change`, migration);
  await application.migrator(database).migrate({ allowDestructive: true });
  return { database, application };
}

/** Applies these steps by the next migration. */
export async function change(database: Database, application: Application, ...given: Step[]): Promise<void> {
  await application.write('blog', '0002_change', steps(...given));
  await application.migrator(database).migrate({ allowDestructive: true });
}

/** The index knows rows as they are, and not as they were. */
export async function follows(database: Database, name = 'title', from = 'blog_posts', catalog = both) {
  const rows = database.knex(from);
  await rows.clone().insert({ id: idOf(3), [name]: 'A zebra' });
  expect(await find(database, 'zebra', true, catalog)).to.deep.equal([3]);
  await rows
    .clone()
    .where({ id: idOf(3) })
    .update({ [name]: 'A horse' });
  expect(await find(database, 'zebra', true, catalog)).to.deep.equal([]);
  expect(await find(database, 'horse', true, catalog)).to.deep.equal([3]);
  await rows
    .clone()
    .where({ id: idOf(3) })
    .delete();
  expect(await find(database, 'horse', true, catalog)).to.deep.equal([]);
}
