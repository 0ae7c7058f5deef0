import { type Database, DataContext } from 'backplane/data';
import { expect } from 'chai';
import { createSearchIndex, dropSearchIndex } from '../../../kernel/data/migration/sql/search-statements.ts';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import { tablesOf } from '../../../kernel/data/table/table.ts';
import { blog, createBlog, Post } from '../support/blog.ts';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { id, insert, post, user } from './seed.ts';

const texts: readonly (readonly [title: string, body: string | null])[] = [
  ['The quick brown fox', 'jumps over the lazy dog'],
  ['Quick silver', null],
  ["It's a fox-hunt, isn't it?", 'See example.com/path or mail me@example.com; 3.14!'],
  ['Ünïcode straße', 'naïve café'],
  ['concatenate', 'of mice and men'],
  ['A_b under_score', '100% "quoted" \\ back'],
];

const searched = tablesOf(blog).filter(({ search }) => search !== undefined);

async function seed(database: Database): Promise<void> {
  await createBlog(database);
  await insert(database, 'blog.user', [user(1)]);
  await insert(
    database,
    'blog.post',
    texts.map(([title, body], index) => post(index + 1, { title, body })),
  );
}

onEveryDatabase('A search', (open, dialect) => {
  const find = async (reader: Reader, search: string): Promise<number[]> =>
    (await reader.list('blog.post', { search })).rows.map((row) => Number(String(row.id).slice(-12)));

  describe('with an index', () => {
    let database: Database;
    let reader: Reader;

    before(async () => {
      database = await open();
      await seed(database);
      for (const table of searched)
        for (const { sql } of createSearchIndex(table, { dialect, knex: database.knex }))
          await database.knex.raw(sql);
      reader = new Reader(database, blog);
    });

    for (const [search, found] of [
      ['fox', [1, 3]],
      ['FOX Quick', [1]],
      ['quick', [1, 2]],
      ['quick dog', [1]],
      ['cat', []],
      ['of', [5]],
      ['of mice', [5]],
      ['the fox', [1]],
      ['a', [3, 6]],
      ['or', [3]],
      ['fox or cat', []],
      ['-fox', [1, 3]],
      ['example.com', [3]],
      ['path', [3]],
      ['3 14', [3]],
      ['café', [4]],
      ['cafe', []],
      ['NAÏVE', [4]],
      ['straße', [4]],
      ['"quoted', [6]],
      ['score', [6]],
      ['*', []],
      ['', []],
      ['fox* OR NEAR(', []],
      ["') or 1=1 --", []],
    ] as const) {
      it(`finds the rows with all words of ${JSON.stringify(search)}`, async () => {
        expect(await find(reader, search)).to.deep.equal(found);
      });
    }

    it('finds words as they are, and not as they were', async () => {
      const own = { sort: ['title'], filter: { views: { gte: 50 } }, search: 'zebra' };
      const ids = async () => (await reader.list('blog.post', own)).rows.map((row) => row.id);
      await insert(database, 'blog.post', [
        post(50, { title: 'zebra' }),
        post(51),
        post(52, { body: 'A zebra' }),
      ]);
      expect(await ids()).to.deep.equal([id(52), id(50)]);
      await database
        .knex('blog_posts')
        .where({ id: id(51) })
        .update({ body: 'zebra' });
      await database
        .knex('blog_posts')
        .where({ id: id(50) })
        .update({ title: 'horse' });
      await database
        .knex('blog_posts')
        .where({ id: id(52) })
        .delete();
      expect(await ids()).to.deep.equal([id(51)]);
      expect(await reader.count('blog.post', own)).to.equal(1);
      expect(await reader.aggregate('blog.post', { count: true, search: 'zebra' })).to.deep.equal([
        { group: {}, count: 1 },
      ]);
    });

    it('can do without the index again', async () => {
      for (const table of searched)
        for (const { sql } of dropSearchIndex(table, { dialect, knex: database.knex }))
          await database.knex.raw(sql);
      expect(await find(new Reader(database, blog), 'concat')).to.deep.equal([5]);
      await insert(database, 'blog.post', [post(60)]);
    });
  });

  it('without an index finds the rows that hold all words, be it as parts', async () => {
    const database = await open();
    await seed(database);
    const reader = new Reader(database, blog);
    expect(await find(reader, 'FOX')).to.deep.equal([1, 3]);
    expect(await find(reader, 'quick dog')).to.deep.equal([1]);
    expect(await find(reader, 'cat')).to.deep.equal([5]);
    expect(await find(reader, '%')).to.deep.equal([]);
    expect(
      (await reader.list('blog.post', { search: 'fox', page: { size: 1 }, count: 'exact' })).count,
    ).to.equal(2);
  });

  it('sees an index that somebody else has made or dropped meanwhile', async () => {
    const database = await open();
    await seed(database);
    const change = async (statements: typeof createSearchIndex): Promise<void> => {
      for (const table of searched)
        for (const { sql } of statements(table, { dialect, knex: database.knex }))
          await database.knex.raw(sql);
    };
    const reader = new Reader(database, blog);
    expect(await find(reader, 'cat')).to.deep.equal([5]);
    await change(createSearchIndex);
    expect(await find(reader, 'cat')).to.deep.equal([]);
    expect(await find(reader, 'of mice')).to.deep.equal([5]);
    await change(dropSearchIndex);
    // PostgreSQL goes on to look for whole words, row by row.
    expect(await find(reader, 'cat')).to.deep.equal(dialect === 'postgres' ? [] : [5]);
    expect(await reader.count('blog.post', { search: 'mice' })).to.equal(1);
    await change(createSearchIndex);
    expect(await find(reader, 'cat')).to.deep.equal([]);
  });

  it('is refused with a text that is longer than a pattern may be, as other patterns are', async () => {
    const database = await open();
    await seed(database);
    const reader = new Reader(database, blog);
    const long = 'x'.repeat(100_000);
    for (const request of [
      { search: long },
      { filter: { title: { contains: long } } },
      { filter: { title: { startsWith: long } } },
    ])
      expect(await errorOf(reader.list('blog.post', request))).to.include({ status: 400 });
    const posts = new DataContext({ databases: { get: () => database }, catalog: blog }).repository(Post);
    expect((await errorOf(() => posts.query().whereLike('title', long).get())).message).to.include(
      'more than 10000 characters',
    );
    // What may be is taken by each, of whatever characters.
    const wide = '%😀'.repeat(3300);
    expect(await reader.list('blog.post', { filter: { title: { contains: wide } } })).to.have.property('rows')
      .empty;
  });

  it('is refused where nothing is searched, and with too many words', async () => {
    const reader = new Reader(await open(), blog);
    for (const [entity, search] of [
      ['blog.user', 'a'],
      ['blog.comment', 'a'],
    ] as const) {
      const error = await reader.list(entity, { search }).catch((thrown) => thrown);
      expect(error).to.include({ code: 'QUERY_INVALID' });
    }
    const many = Array.from({ length: 11 }, (_, index) => `w${index}`).join(' ');
    const error = await reader.count('blog.post', { search: many }).catch((thrown) => thrown);
    expect(error).to.include({ code: 'QUERY_INVALID' });
  });
});
