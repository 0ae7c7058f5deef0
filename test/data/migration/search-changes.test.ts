import {
  addColumn,
  addForeignKey,
  alterColumn,
  compileEntities,
  createSearchIndex,
  defineEntity,
  dropColumn,
  dropTable,
  renameColumn,
  renameTable,
  Type,
} from 'backplane/data';
import { expect } from 'chai';
import { onEveryDatabase } from '../support/databases.ts';
import {
  body,
  catalogWith,
  change,
  fields,
  find,
  follows,
  idOf,
  initial,
  insertPosts,
  migrated,
  steps,
  table,
  title,
  tracesOf,
} from './searched-posts.ts';
import { tablesOf as namesOf } from './support.ts';

onEveryDatabase('The index of a search, when its table changes,', (open) => {
  it('stays right when its columns and their table change', async () => {
    const { database, application } = await migrated(open, initial);
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
    const { database, application } = await migrated(open, initial);
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
    const { database, application } = await migrated(open, initial);
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
      open,
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
});
