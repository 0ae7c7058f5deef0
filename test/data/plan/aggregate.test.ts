import type { Database, Filter } from 'backplane/data';
import { expect } from 'chai';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import type { AggregateRequest } from '../../../kernel/data/plan/request.ts';
import { blog, createBlog } from '../support/blog.ts';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { expected } from './oracle.ts';
import { id, insert, post, user } from './seed.ts';
import { createWorld, world } from './world.ts';

onEveryDatabase('An aggregate', (open) => {
  let database: Database;
  let reader: Reader;

  before(async () => {
    database = await open();
    await createBlog(database);
    await insert(database, 'blog.user', [user(1), user(2)]);
    await insert(database, 'blog.post', [
      post(1, { views: 1, rating: 0.5, day: '2026-01-01', featured: true }),
      post(2, { views: 2, rating: null, day: null, status: 'published' }),
      post(3, { views: 4, rating: 1.5, day: '2026-01-01', publishedAt: '2026-01-01T00:00:00.000Z' }),
      post(4, { views: 100, rating: 9, deletedAt: '2026-01-01T00:00:00.000Z' }),
    ]);
    reader = new Reader(database, blog);
  });

  it('tells numbers about all rows that are not deleted', async () => {
    const request: AggregateRequest = {
      count: true,
      sum: ['views', 'rating'],
      avg: ['views', 'rating'],
      min: ['views', 'title', 'publishedAt', 'day'],
      max: ['rating', 'title', 'createdAt'],
    };
    expect(await reader.aggregate('blog.post', request)).to.deep.equal([
      {
        group: {},
        count: 3,
        sum: { views: 7, rating: 2 },
        avg: { views: 7 / 3, rating: 1 },
        min: { views: 1, title: 'Title 1', publishedAt: '2026-01-01T00:00:00.000Z', day: '2026-01-01' },
        max: { rating: 1.5, title: 'Title 3', createdAt: '2026-01-01T00:00:00.000Z' },
      },
    ]);
  });

  it('tells sums beyond 64 bits as the numbers they are, and refuses what no number is', async () => {
    const other = await open();
    await createBlog(other);
    await insert(other, 'blog.user', [user(1)]);
    const views = Number.MAX_SAFE_INTEGER;
    await insert(
      other,
      'blog.post',
      [1, 2, 3].map((one) => post(one, { views, rating: 1e308 })),
    );
    // More than one row can hold, as some may have been written by others.
    await other.knex('blog_posts').update({ views: other.knex.raw('9000000000000000000') });
    const huge = new Reader(other, blog);
    const [row] = await huge.aggregate('blog.post', { sum: ['views'] });
    expect(row).to.have.nested.property('sum.views', 2.7e19);
    expect(await errorOf(huge.aggregate('blog.post', { sum: ['rating'] }))).to.have.property(
      'code',
      'QUERY_IMPOSSIBLE',
    );
  });

  it('tells them for each group, NULL first', async () => {
    expect(
      await reader.aggregate('blog.post', { groupBy: ['day'], count: true, sum: ['rating'] }),
    ).to.deep.equal([
      { group: { day: null }, count: 1, sum: { rating: null } },
      { group: { day: '2026-01-01' }, count: 2, sum: { rating: 2 } },
    ]);
    expect(
      await reader.aggregate('blog.post', { groupBy: ['featured', 'status'], count: true }),
    ).to.deep.equal([
      { group: { featured: false, status: 'draft' }, count: 1 },
      { group: { featured: false, status: 'published' }, count: 1 },
      { group: { featured: true, status: 'draft' }, count: 1 },
    ]);
  });

  it('sees only the rows that its filter and the row rule admit', async () => {
    const access = (): Filter => ({ views: { gt: 1 } });
    const filter = { status: { eq: 'draft' } };
    expect(
      await reader.aggregate('blog.post', { count: true, max: ['views'], filter }, { access }),
    ).to.deep.equal([{ group: {}, count: 1, max: { views: 4 } }]);
    expect(
      await reader.aggregate('blog.post', { count: true, sum: ['views'] }, { access: () => ({ or: [] }) }),
    ).to.deep.equal([{ group: {}, count: 0, sum: { views: null } }]);
  });

  it('is refused where it makes no sense or is forbidden', async () => {
    for (const [entity, request, code] of [
      ['blog.post', {}, 'QUERY_INVALID'],
      ['blog.post', { sum: ['title'] }, 'QUERY_INVALID'],
      ['blog.post', { max: ['details'] }, 'QUERY_INVALID'],
      ['blog.post', { groupBy: ['embedding'] }, 'QUERY_INVALID'],
      ['blog.post', { count: true, median: ['views'] }, 'QUERY_INVALID'],
      ['blog.user', { groupBy: ['password'] }, 'QUERY_FORBIDDEN'],
      ['blog.user', { max: ['password'] }, 'QUERY_FORBIDDEN'],
      ['blog.user', { count: true, filter: { password: { eq: 'x' } } }, 'QUERY_FORBIDDEN'],
    ] as const) {
      const error = await reader.aggregate(entity, request as AggregateRequest).catch((thrown) => thrown);
      expect(error, JSON.stringify(request)).to.include({ code });
    }
  });

  it('may be but a number of rows, exact or as the database expects it', async () => {
    const own = await open();
    await createWorld(own);
    await own.knex.raw(own.dialect === 'mysql' ? 'analyze table blog_posts' : 'analyze');
    const counting = new Reader(own, blog);
    const filter = { comments: { some: { likes: { gt: 0 } } }, author: { id: { ne: id(1) } } };
    expect(await counting.count('blog.post', { filter })).to.equal(
      expected(world, 'blog.post', filter).length,
    );
    const { count } = await counting.list('blog.post', { count: 'estimated', page: { size: 1 } });
    expect(count).to.be.within(50, 60);
    for (const one of [filter, { views: { lt: 0 } }, { or: [] }])
      expect((await counting.list('blog.post', { filter: one, count: 'estimated' })).count).to.be.within(
        0,
        10_000,
      );
  });
});
