import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addForeignKey,
  alterColumn,
  createTable,
  Database,
  defineMigration,
  dropColumn,
  run,
  type Step,
} from 'backplane/data';
import { expect } from 'chai';
import { Application, failureOf } from './support.ts';

const id = { name: 'id', type: 'uuid' } as const;
const cascade = { onDelete: 'cascade' } as const;

/** A table, those that belong to its rows, and what else SQLite may have of it. */
const initial = defineMigration({
  steps: [
    createTable({
      name: 'posts',
      columns: [
        id,
        { name: 'title', type: 'string(50)' },
        { name: 'parent_id', type: 'uuid', nullable: true },
        { name: 'author_id', type: 'uuid', nullable: true },
      ],
      indexes: [{ name: 'posts_title_index', columns: ['title'] }],
      foreignKeys: [{ name: 'posts_parent', column: 'parent_id', table: 'posts', ...cascade }],
    }),
    createTable({
      name: 'comments',
      columns: [id, { name: 'post_id', type: 'uuid' }],
      foreignKeys: [{ name: 'comments_post', column: 'post_id', table: 'posts', ...cascade }],
    }),
    createTable({ name: 'log', columns: [id, { name: 'title', type: 'text' }] }),
    createTable({ name: 'authors', columns: [id] }),
  ],
});

const change = alterColumn('posts', { name: 'title', type: 'text', nullable: true });

describe('A table of SQLite that is made anew', () => {
  let folder: string;
  let count = 0;
  const opened: Database[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backplane-sqlite-'));
  });
  after(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await rm(folder, { recursive: true });
  });

  async function migrated(...steps: Step[]): Promise<{ database: Database; application: Application }> {
    count += 1;
    const database = new Database({ url: `sqlite:${join(folder, `${count}.sqlite`)}` });
    opened.push(database);
    const application = await Application.create({ blog: { '0001_initial': initial } });
    await application.migrator(database).migrate();
    await database.knex('posts').insert([
      { id: 'a', title: 'A' },
      { id: 'b', title: 'B', parent_id: 'a' },
    ]);
    await database.knex('comments').insert([
      { id: '1', post_id: 'a' },
      { id: '2', post_id: 'b' },
    ]);
    await application.write('blog', '0002_change', defineMigration({ steps }));
    return { database, application };
  }

  for (const [title, step] of Object.entries({
    'altering a column': change,
    'adding a foreign key': addForeignKey('posts', {
      name: 'posts_author',
      column: 'author_id',
      table: 'authors',
    }),
    'dropping a column with a foreign key': dropColumn('posts', 'parent_id'),
    'dropping a column with an index': dropColumn('posts', 'title'),
  })) {
    it(`keeps the rows that belong to its rows (${title})`, async () => {
      const { database, application } = await migrated(step);
      await application.migrator(database).migrate({ allowDestructive: true });
      expect(await database.knex('comments').count('* as n')).to.deep.equal([{ n: 2 }]);
      expect(await database.knex('posts').count('* as n')).to.deep.equal([{ n: 2 }]);
      expect(await database.run('pragma foreign_keys')).to.deep.equal([{ foreign_keys: 1 }]);
      await database.knex('posts').where({ id: 'a' }).delete();
      const left = title.includes('with a foreign key') ? 1 : 0;
      expect(await database.knex('comments').count('* as n')).to.deep.equal([{ n: left }]);
    });
  }

  it('keeps its triggers, views and the indexes that no migration knows', async () => {
    const { database, application } = await migrated(change);
    await database.execute('create index by_hand on posts (author_id)');
    await database.execute(
      'create trigger posts_log after insert on posts begin insert into log values (new.id, new.title); end',
    );
    await database.execute(
      'create trigger log_posts after delete on log begin delete from posts where posts.id = old.id; end',
    );
    await database.execute('create view titles as select title from posts');
    await application.migrator(database).migrate();
    await database.knex('posts').insert({ id: 'c', title: 'C' });
    expect(await database.knex('log').select('title')).to.deep.equal([{ title: 'C' }]);
    await database.knex('log').delete();
    expect(await database.knex('titles').pluck('title')).to.deep.equal(['A', 'B']);
    const indexes = await database.run(
      "select name from sqlite_master where type = 'index' and sql is not null and tbl_name = 'posts' order by name",
    );
    expect(indexes).to.deep.equal([{ name: 'by_hand' }, { name: 'posts_title_index' }]);
  });

  it('is left alone when it is not as its migrations left it', async () => {
    const { database, application } = await migrated(change);
    await database.execute('alter table posts add column by_hand text');
    const error = await failureOf(application.migrator(database).migrate());
    expect(error.message).to.match(/table "posts" anew.*unknown to them: "by_hand"/);
    expect(await database.knex('posts').count('* as n')).to.deep.equal([{ n: 2 }]);
    expect(await database.run('pragma foreign_keys')).to.deep.equal([{ foreign_keys: 1 }]);
  });

  it('is undone when rows would be left that refer to none', async () => {
    const { database, application } = await migrated(
      run(async ({ knex }) => knex('posts').where({ id: 'a' }).delete()),
      change,
    );
    const error = await failureOf(application.migrator(database).migrate());
    expect(error.code).to.equal('MIGRATION_DATA_LOST');
    expect(error.message).to.match(/2 rows would refer to rows that are not there/);
    expect(await database.knex('posts').count('* as n')).to.deep.equal([{ n: 2 }]);
  });

  it('may have rows that referred to none before', async () => {
    const { database, application } = await migrated(change);
    await database.session(async () => {
      await database.execute('pragma foreign_keys = off');
      await database.knex('comments').insert({ id: '3', post_id: 'gone' });
      await database.knex('posts').insert({ id: 'x', title: 'X' });
      await database.knex('posts').insert({ id: 'c', title: 'C', parent_id: 'gone' });
      await database.knex('posts').where({ id: 'x' }).delete();
      await database.execute('pragma foreign_keys = on');
    });
    await application.migrator(database).migrate();
    expect(await database.knex('comments').count('* as n')).to.deep.equal([{ n: 3 }]);
  });

  it('gives its default to rows that have none, when it must have a value', async () => {
    const { database, application } = await migrated(
      alterColumn('posts', { name: 'author_id', type: 'uuid', default: 'nobody' }),
    );
    await application.migrator(database).migrate();
    expect(await database.knex('posts').pluck('author_id')).to.deep.equal(['nobody', 'nobody']);
  });

  it('lets others write before and after, and not in between', async () => {
    const { database, application } = await migrated(change);
    const migration = application.migrator(database).migrate();
    const writes = Array.from({ length: 50 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index));
      await database.knex('comments').insert({ id: `w${index}`, post_id: 'b' });
    });
    await Promise.all([migration, ...writes]);
    expect(await database.knex('comments').count('* as n')).to.deep.equal([{ n: 52 }]);
    expect(await database.run('pragma foreign_key_check')).to.deep.equal([]);
  });
});
