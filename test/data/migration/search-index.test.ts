import {
  addColumn,
  addForeignKey,
  alterColumn,
  compileEntities,
  createSearchIndex,
  createTable,
  type Database,
  defineEntity,
  defineMigration,
  dropColumn,
  dropSearchIndex,
  dropTable,
  type Migration,
  Reader,
  renameColumn,
  renameTable,
  type Step,
  Type,
} from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import { Application, failureOf, tablesOf as namesOf } from './support.ts';

const id = { name: 'id', type: 'uuid' } as const;
const title = { name: 'title', type: 'string(100)' } as const;
const body = { name: 'body', type: 'text', nullable: true } as const;
const table = createTable({ name: 'blog_posts', columns: [id, title, body] });
const steps = (...given: Step[]): Migration => defineMigration({ steps: given });
const initial = steps(table, createSearchIndex('blog_posts', ['title', 'body']));

const idOf = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Posts with these texts, of which these are searched. */
function catalogWith(fields: Parameters<typeof defineEntity>[1]['fields'], search: readonly string[]) {
  return compileEntities([{ owner: 'blog', value: defineEntity('blog.post', { fields, search }) }]);
}

const fields = { title: Type.String({ maxLength: 100 }), body: Type.Optional(Type.String()) };
const both = catalogWith(fields, ['title', 'body']);

/** The numbers of the posts that a search finds. With `byIndex`, only an index may have found them. */
async function find(database: Database, search: string, byIndex = true, catalog = both): Promise<number[]> {
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

async function insertPosts(database: Database): Promise<void> {
  await database.knex('blog_posts').insert([
    { id: idOf(1), title: 'The quick fox', body: 'over the lazy dog' },
    { id: idOf(2), title: 'Slow tortoise', body: null },
  ]);
}

/** Everything that is left of an index. */
async function tracesOf(database: Database): Promise<readonly string[]> {
  const texts = {
    sqlite: `select name from sqlite_master where name like '%\\_search%' escape '\\'`,
    postgres: `select indexname as name from pg_indexes where indexname like '%\\_search%'`,
    mysql: `select column_name as name from information_schema.columns where table_schema = database() and column_name = 'search_text'`,
    mssql: '',
  };
  return (await database.run(texts[database.dialect])).map(({ name }) => String(name));
}

onEveryDatabase('The index of a search', (open, dialect) => {
  async function migrated(
    ...migrations: Migration[]
  ): Promise<{ database: Database; application: Application }> {
    const database = await open();
    const application = await Application.create();
    for (const [index, migration] of migrations.entries())
      await application.write('blog', `000${index + 1}_change`, migration);
    await application.migrator(database).migrate({ allowDestructive: true });
    return { database, application };
  }

  async function change(database: Database, application: Application, ...given: Step[]): Promise<void> {
    await application.write('blog', '0002_change', steps(...given));
    await application.migrator(database).migrate({ allowDestructive: true });
  }

  /** The index knows rows as they are, and not as they were. */
  async function follows(database: Database, name = 'title', from = 'blog_posts', catalog = both) {
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

  it('is made with the table, and finds what reading all rows finds', async () => {
    const { database, application } = await migrated(steps(table));
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
      const { database } = await migrated(initial);
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
    const { database, application } = await migrated(initial);
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
    const { database, application } = await migrated(initial);
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

  it('stays right when its columns and their table change', async () => {
    const { database, application } = await migrated(initial);
    await insertPosts(database);
    const headline = catalogWith({ headline: fields.title, body: fields.body }, ['headline', 'body']);
    await change(
      database,
      application,
      alterColumn('blog_posts', { ...title, type: 'text' }),
      alterColumn('blog_posts', { ...body, nullable: false, default: 'unicorn' }),
      renameColumn('blog_posts', 'title', 'headline'),
    );
    expect(await find(database, 'fox dog', true, headline)).to.deep.equal([1]);
    expect(await find(database, 'unicorn', true, headline)).to.deep.equal([2]);
    await follows(database, 'headline', 'blog_posts', headline);
    await application.migrator(database).rollback();
    await follows(database);

    await change(database, application, renameTable('blog_posts', 'blog_articles'));
    const article = { table: 'blog_articles', fields, search: ['title', 'body'] };
    const renamed = compileEntities([{ owner: 'blog', value: defineEntity('blog.post', article) }]);
    expect(await find(database, 'fox', true, renamed)).to.deep.equal([1]);
    await follows(database, 'title', 'blog_articles', renamed);
    await application.migrator(database).rollback();
    await follows(database);
  });

  it('loses a column that is dropped, and goes with the last', async () => {
    const { database, application } = await migrated(initial);
    await insertPosts(database);
    await change(database, application, dropColumn('blog_posts', 'body'));
    const onlyTitle = catalogWith({ title: fields.title }, ['title']);
    expect(await find(database, 'fox', true, onlyTitle)).to.deep.equal([1]);
    expect(await find(database, 'dog', true, onlyTitle)).to.deep.equal([]);
    await follows(database, 'title', 'blog_posts', onlyTitle);
    await application.migrator(database).rollback();
    await database
      .knex('blog_posts')
      .where({ id: idOf(2) })
      .update({ body: 'unicorn' });
    expect(await find(database, 'unicorn')).to.deep.equal([2]);

    await change(database, application, dropColumn('blog_posts', 'body'), dropColumn('blog_posts', 'title'));
    expect(await tracesOf(database)).to.deep.equal([]);
    await application.migrator(database).rollback();
    expect(await tracesOf(database)).to.not.be.empty;
    await change(database, application, dropTable('blog_posts'));
    expect(await tracesOf(database)).to.deep.equal([]);
    expect(await namesOf(database)).to.deep.equal([]);
    await application.migrator(database).rollback();
    await follows(database);
  });

  it('stays as it is when something else of the table changes', async () => {
    const { database, application } = await migrated(initial);
    await insertPosts(database);
    await change(
      database,
      application,
      addColumn('blog_posts', { name: 'parent_id', type: 'uuid', nullable: true }),
      addForeignKey('blog_posts', { name: 'posts_parent', column: 'parent_id', table: 'blog_posts' }),
      addColumn('blog_posts', { name: 'note', type: 'string(10)', nullable: true }),
      alterColumn('blog_posts', { name: 'note', type: 'text', nullable: true }),
    );
    expect(await find(database, 'fox')).to.deep.equal([1]);
    await follows(database);
  });

  it('is over all that extensions want searched, and keeps what the others want when one is purged', async () => {
    const { database, application } = await migrated(
      steps(table, createSearchIndex('blog_posts', ['title'])),
    );
    await insertPosts(database);
    const keywords = { name: 'keywords', type: 'text', nullable: true } as const;
    const more = [addColumn('blog_posts', keywords), createSearchIndex('blog_posts', ['keywords', 'body'])];
    await application.write('seo', '0001_initial', steps(...more));
    await application.migrator(database).migrate();
    await database
      .knex('blog_posts')
      .where({ id: idOf(2) })
      .update({ keywords: 'unicorn' });
    const all = catalogWith({ ...fields, keywords: Type.Optional(Type.String()) }, [
      'title',
      'keywords',
      'body',
    ]);
    expect(await find(database, 'tortoise unicorn', true, all)).to.deep.equal([2]);
    expect(await find(database, 'fox dog', true, all)).to.deep.equal([1]);

    await application.migrator(database).purge('seo');
    const title = catalogWith(fields, ['title']);
    expect(await find(database, 'fox', true, title)).to.deep.equal([1]);
    expect(await find(database, 'dog', true, title)).to.deep.equal([]);
    await follows(database, 'title', 'blog_posts', title);
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
      const { database, application } = await migrated(steps(table));
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
