import type { Database, Filter } from 'backplane/data';
import { expect } from 'chai';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import type { NearRequest } from '../../../kernel/data/plan/request.ts';
import { blog, createBlog } from '../support/blog.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { id, insert, post, user } from './seed.ts';

const vectors: readonly (readonly number[] | null)[] = [
  [1, 0, 0],
  [10, 1, 0],
  [0, 1, 0],
  [-1, 0, 0],
  null,
  [0, 0, 0],
  [1, 0, 0],
];

onEveryDatabase('The nearest rows', (open, dialect) => {
  let database: Database;
  let reader: Reader;
  const vector = [1, 0, 0];

  before(async () => {
    database = await open();
    await createBlog(database);
    await insert(database, 'blog.user', [user(1)]);
    await insert(
      database,
      'blog.post',
      vectors.map((embedding, index) => post(index + 1, { embedding, featured: index === 6 })),
    );
    reader = new Reader(database, blog);
  });

  async function find(
    near: Partial<NearRequest>,
    more: object = {},
    access?: () => Filter,
  ): Promise<number[]> {
    const request = { near: { field: 'embedding', vector, ...near }, ...more };
    const { rows } = await reader.list('blog.post', request, { access });
    return rows.map((row) => Number(String(row.id).slice(-12)));
  }

  it('come nearest first, by the angle, those without a vector not at all', async () => {
    expect(await find({})).to.deep.equal([1, 7, 2, 3, 4, 6]);
    expect(await find({ limit: 3 })).to.deep.equal([1, 7, 2]);
  });

  it('come nearest first, by the distance between both ends', async () => {
    expect(await find({ distance: 'l2' })).to.deep.equal([1, 7, 6, 3, 4, 2]);
  });

  it('are found by the database where it can compare vectors', async () => {
    const statements: string[] = [];
    const end = database.onStatement(({ sql }) => statements.push(sql));
    await find({});
    end();
    expect(statements.some((sql) => sql.includes('vec_distance_cosine'))).to.equal(dialect === 'sqlite');
    expect(statements.length).to.be.at.most(2);
  });

  it('are those of the rows that the filter and the row rule admit', async () => {
    expect(await find({}, { filter: { featured: { eq: false } } })).to.deep.equal([1, 2, 3, 4, 6]);
    expect(await find({ limit: 2 }, {}, () => ({ featured: { eq: true } }))).to.deep.equal([7]);
  });

  it('come in pages, with what is read along and their number', async () => {
    const request = {
      page: { offset: 1 },
      fields: ['title'],
      include: { author: { fields: ['name'] } },
      count: 'exact',
    } as const;
    const page = await reader.list('blog.post', {
      near: { field: 'embedding', vector, limit: 2 },
      ...request,
    });
    const author = { id: id(1), name: 'User 1' };
    expect(page).to.deep.equal({
      rows: [
        { id: id(7), title: 'Title 7', author },
        { id: id(2), title: 'Title 2', author },
      ],
      next: undefined,
      previous: undefined,
      count: 6,
    });
  });

  it('are refused for what is no vector', async () => {
    for (const near of [
      { field: 'title' },
      { field: 'embeding' },
      { vector: [1, 2] },
      { vector: [1, 2, Number.NaN] },
      { distance: 'manhattan' as 'l2' },
      { limit: 0 },
    ]) {
      const error = await find(near).catch((thrown) => thrown);
      expect(error, JSON.stringify(near)).to.include({ code: 'QUERY_INVALID' });
    }
    expect(await find({}, { sort: ['title'] }).catch((thrown) => thrown)).to.include({
      code: 'QUERY_INVALID',
    });
  });
});
