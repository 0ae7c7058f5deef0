import { compileEntities, DataContext, defineEntity, Type } from 'backplane/data';
import { expect } from 'chai';
import { createTable } from '../../../kernel/data/table/build.ts';
import { tablesOf } from '../../../kernel/data/table/table.ts';
import { Post, Tag } from '../support/blog.ts';
import { openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

onEveryDatabase('More values than a statement has parameters', (open) => {
  const many = 70_000;
  const numbers = Array.from({ length: many }, (_, number) => number);

  it('are looked for, whatever kind they are of', async () => {
    const { data, post } = await openBlog(open);
    const day = (number: number): string => new Date(number * 86_400_000).toISOString();
    const { id } = await post({ title: 'a', views: 3, rating: 1.5, publishedAt: day(3), featured: true });
    await post({ title: 'b', views: many + 1 });
    const posts = data.repository(Post).query();
    const uuid = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
    for (const query of [
      posts.whereIn('views', numbers),
      posts.whereIn('id', [...numbers.map(uuid), id.toUpperCase()]),
      posts.whereIn('title', [...numbers.map((number) => `title ${number}`), 'a']),
      posts.whereIn('rating', [...numbers.map((number) => number + 0.25), 1.5]),
      posts.whereIn('publishedAt', numbers.map(day)),
      posts
        .whereIn(
          'day',
          numbers.map((number) => day(number).slice(0, 10)),
        )
        .orWhere('title', 'a'),
      posts.whereIn(
        'featured',
        numbers.map(() => true),
      ),
      posts.whereNotIn('views', [many + 1, ...numbers.slice(4)]),
    ]) {
      expect(await query.pluck('title')).to.deep.equal(['a']);
      expect(await query.count()).to.equal(1);
    }
    expect(await posts.whereIn('views', numbers).update({ rating: 2 })).to.equal(1);
    expect(await posts.whereIn('views', numbers).delete()).to.equal(1);
    expect(await posts.count()).to.equal(1);
  });

  it('are tied to a row, and untied', async () => {
    const { data, post } = await openBlog(open);
    const { id } = await post();
    const tags = await data
      .repository(Tag)
      .createMany(Array.from({ length: 40_000 }, (_, number) => ({ name: `tag ${number}` })));
    const posts = data.repository(Post);
    const targets = tags.map((tag) => tag.id);
    await posts.attach(id, 'tags', targets);
    expect((await posts.query().withCount('tags').firstOrFail()).tagsCount).to.equal(targets.length);
    await posts.detach(id, 'tags', targets.slice(1));
    expect((await posts.query().withCount('tags').firstOrFail()).tagsCount).to.equal(1);
  }).timeout(60_000);

  it('are inserted, in rows of very many fields', async () => {
    const database = await open();
    const names = Array.from({ length: 1000 }, (_, number) => `field${number}`);
    const Wide = defineEntity('blog.wide', {
      fields: Object.fromEntries(names.map((name) => [name, Type.Integer({ default: 7 })])),
    });
    const catalog = compileEntities([{ value: Wide, owner: 'blog' }]);
    for (const table of tablesOf(catalog)) {
      for (const sql of createTable(database.knex, database.dialect, table, database.dialect === 'sqlite'))
        await database.knex.raw(sql);
    }
    const rows = new DataContext({ databases: { get: () => database }, catalog }).repository(Wide);
    await rows.createMany(Array.from({ length: 100 }, () => ({})));
    expect(await rows.count()).to.equal(100);
    expect(await rows.query().first()).to.include({ field0: 7, field999: 7 });
  }).timeout(60_000);
});
