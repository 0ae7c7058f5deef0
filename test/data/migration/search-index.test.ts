import {
  alterColumn,
  createSearchIndex,
  createTable,
  type Database,
  defineMigration,
  dropSearchIndex,
  type Migration,
  Reader,
} from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import {
  both,
  catalogWith,
  change,
  fields,
  find,
  follows,
  id,
  initial,
  insertPosts,
  migrated,
  steps,
  table,
  title,
  tracesOf,
} from './searched-posts.ts';
import { Application, failureOf, tablesOf as namesOf } from './support.ts';

onEveryDatabase('The index of a search', (open, dialect) => {
  it('is made with the table, and finds what reading all rows finds', async () => {
    const { database, application } = await migrated(open, steps(table));
    await insertPosts(database);
    const searches = ['fox', 'quick dog', 'LAZY', 'tortoise', 'the', 'fox tortoise'];
    const scanned: number[][] = [];
    for (const search of searches) scanned.push(await find(database, search, false));
    await change(database, application, createSearchIndex('blog_posts', ['title', 'body']));
    for (const [index, search] of searches.entries())
      expect(await find(database, search), search).to.deep.equal(scanned[index]);
    await follows(database);
  });

  if (dialect === 'postgres') {
    it('is what PostgreSQL answers with', async () => {
      const { database } = await migrated(open, initial);
      const sent: { sql: string; parameters: readonly unknown[] }[] = [];
      const stop = database.onStatement((event) => sent.push(event));
      await new Reader(database, both).list('blog.post', { search: 'fox' });
      stop();
      const { sql, parameters } = sent.at(-1) ?? { sql: '', parameters: [] };
      const plan = await database.transaction(async () => {
        await database.execute('set local enable_seqscan = off');
        await database.execute('set local enable_indexscan = off');
        return database.run(`explain ${sql}`, parameters);
      });
      expect(JSON.stringify(plan)).to.include('blog_posts_search');
    });
  }

  it('goes without trace when it is rolled back, with its table or alone', async () => {
    const { database, application } = await migrated(open, initial);
    const migrator = application.migrator(database);
    await migrator.rollback();
    expect(await namesOf(database)).to.deep.equal([]);
    expect(await tracesOf(database)).to.deep.equal([]);

    await application.write('blog', '0001_change', steps(table));
    await migrator.migrate();
    await insertPosts(database);
    await change(database, application, createSearchIndex('blog_posts', ['title', 'body']));
    expect(await tracesOf(database)).to.not.be.empty;
    await migrator.rollback();
    expect(await tracesOf(database)).to.deep.equal([]);
    expect(await find(database, 'fox', false)).to.deep.equal([1]);
  });

  it('is built anew when other columns are searched, and comes back as it was', async () => {
    const { database, application } = await migrated(open, initial);
    await insertPosts(database);
    await change(
      database,
      application,
      dropSearchIndex('blog_posts'),
      createSearchIndex('blog_posts', ['body']),
    );
    const onlyBody = catalogWith(fields, ['body']);
    expect(await find(database, 'fox', true, onlyBody)).to.deep.equal([]);
    expect(await find(database, 'dog', true, onlyBody)).to.deep.equal([1]);
    await application.migrator(database).rollback();
    expect(await find(database, 'fox')).to.deep.equal([1]);
    await follows(database);
  });

  it('is refused for what cannot be searched', async () => {
    const database = await open();
    const number = { name: 'views', type: 'integer' } as const;
    const made = createTable({ name: 'blog_posts', columns: [id, title, number] });
    const titled = createSearchIndex('blog_posts', ['title']);
    for (const [given, reason] of [
      [[createSearchIndex('blog_posts', ['titel'])], /no column "titel" then.*Did you mean "title"/],
      [[createSearchIndex('blog_posts', ['views'])], /"views" must be text/],
      [[createSearchIndex('blog_posts', [])], /names no column/],
      [[titled, titled], /"blog" has it searched already/],
      [[titled, alterColumn('blog_posts', { ...number, name: 'title' })], /"title" must be text/],
      [[dropSearchIndex('blog_posts')], /"blog" has nothing of it searched/],
    ] as const) {
      const application = await Application.create({ blog: { '0001_initial': steps(made, ...given) } });
      const error = await failureOf(application.migrator(database).migrate());
      expect(error.message).to.match(reason);
    }
  });

  it('is finished wherever its making was interrupted', async () => {
    const making = (): Migration =>
      defineMigration({ transaction: false, steps: [createSearchIndex('blog_posts', ['title', 'body'])] });
    const { statements } = await interrupted(Number.POSITIVE_INFINITY, making());
    for (let at = 0; at < statements; at += 1) {
      for (const tookEffect of [true, false]) {
        const { database, application } = await interrupted(at, making(), tookEffect);
        await application.migrator(database).migrate();
        expect(await find(database, 'fox'), `statement ${at}`).to.deep.equal([1]);
        await follows(database);
        await database.close();
      }
    }

    /** As if its process had been killed while this statement was running. */
    async function interrupted(at: number, migration: Migration, tookEffect = true) {
      const { database, application } = await migrated(open, steps(table));
      await insertPosts(database);
      await application.write('blog', '0002_change', migration);
      const { migrations } = await application.migrator(database).plan();
      const sql = migrations.flatMap((one) => one.steps.flatMap((step) => step.sql));
      if (at < sql.length) {
        await application.migrator(database).migrate();
        await undo(database, tookEffect ? at + 1 : at);
        await database
          .knex('backplane_migrations')
          .where({ key: 'blog/0002_change' })
          .update({ state: 'running', step: 0, statement: at, is_sent: 1 });
      }
      return { database, application, statements: sql.length };
    }
  });
});

/** Leaves only so many statements of an index done. */
async function undo(database: Database, done: number): Promise<void> {
  const undone = {
    sqlite: [
      'drop table blog_posts_search_keys',
      'drop table blog_posts_search',
      ...['insert', 'update', 'delete'].map((event) => `drop trigger blog_posts_search_${event}`),
      'delete from blog_posts_search_keys',
      `delete from blog_posts_search`,
    ],
    postgres: ['drop index blog_posts_search'],
    mysql: [
      'alter table blog_posts drop column search_text',
      'alter table blog_posts drop index blog_posts_search',
    ],
    mssql: [],
  }[database.dialect];
  for (const sql of undone.slice(done).toReversed()) await database.execute(sql);
}
