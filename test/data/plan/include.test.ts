import type { Database, StatementEvent } from 'backplane/data';
import { expect } from 'chai';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import { blog, createBlog } from '../support/blog.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { comment, id, insert, link, post, user } from './seed.ts';

const moment = '2026-02-03T04:05:06.789Z';
const details = { words: 3, tone: 'a "quoted" \\ tone 😀' };

async function seed(database: Database): Promise<void> {
  await createBlog(database);
  await insert(
    database,
    'blog.user',
    Array.from({ length: 10 }, (_, index) => user(index + 1)),
  );
  await insert(database, 'blog.profile', [{ id: id(1), biography: 'Born, lived.', userId: id(1) }]);
  const full = {
    title: 'A "quoted" title \\ 😀',
    featured: true,
    rating: 0.1 + 0.2,
    views: Number.MAX_SAFE_INTEGER,
    publishedAt: moment,
    day: '2026-02-03',
    details,
    embedding: [0.5, -1, 2],
    editorId: id(2),
  };
  await insert(
    database,
    'blog.post',
    Array.from({ length: 50 }, (_, index) =>
      post(index + 1, { authorId: id((index % 10) + 1), ...(index === 0 ? full : {}) }),
    ),
  );
  await insert(
    database,
    'blog.comment',
    Array.from({ length: 40 }, (_, index) =>
      comment(index + 1, { postId: id((index % 8) + 1), likes: index, authorId: id((index % 3) + 1) }),
    ),
  );
  await insert(database, 'blog.tag', [
    { id: id(1), name: 'red' },
    { id: id(2), name: 'blue' },
  ]);
  await link(database, 'blog.post', 'tags', [
    [id(1), id(1), { weight: 7 }],
    [id(1), id(2), { weight: 1 }],
    [id(2), id(2), { weight: 1 }],
  ]);
}

onEveryDatabase('Included relations', (open) => {
  let database: Database;
  let reader: Reader;
  let statements: StatementEvent[];

  before(async () => {
    database = await open();
    await seed(database);
    reader = new Reader(database, blog);
    database.onStatement((event) => statements.push(event));
  });
  beforeEach(() => {
    statements = [];
  });

  it('come with their rows in one statement, never one for each', async () => {
    const { rows } = await reader.list('blog.post', { include: { author: {} }, page: { size: 50 } });
    expect(rows.map(({ author }) => author)).to.deep.equal(
      rows.map(({ authorId }) => {
        const { password, ...shown } = user(Number(String(authorId).slice(-12)));
        return shown;
      }),
    );
    expect(rows).to.have.lengthOf(50);
    expect(statements).to.have.lengthOf(1);
  });

  it('come in their order, as many for each row as asked for, at every depth', async () => {
    const include = {
      comments: {
        sort: ['-likes'],
        limit: 2,
        fields: ['likes'],
        include: {
          author: { fields: ['name'], include: { posts: { limit: 1, fields: ['title'], sort: ['-title'] } } },
        },
      },
      tags: { fields: ['name'] },
    };
    const { rows } = await reader.list('blog.post', { include, fields: ['id'], page: { size: 9 } });
    expect(statements).to.have.lengthOf(1);
    expect(rows[0]).to.deep.equal({
      id: id(1),
      comments: [
        {
          id: id(33),
          likes: 32,
          author: { id: id(3), name: 'User 3', posts: [{ id: id(43), title: 'Title 43' }] },
        },
        {
          id: id(25),
          likes: 24,
          author: { id: id(1), name: 'User 1', posts: [{ id: id(41), title: 'Title 41' }] },
        },
      ],
      tags: [
        { id: id(1), name: 'red', pivot: { weight: 7 } },
        { id: id(2), name: 'blue', pivot: { weight: 1 } },
      ],
    });
    expect(rows[8]).to.deep.equal({ id: id(9), comments: [], tags: [] });
  });

  it('have values of every type as rows have them', async () => {
    const { rows } = await reader.list('blog.post', { page: { size: 1 } });
    const [nested] = (await reader.list('blog.user', { include: { posts: { limit: 1 } }, page: { size: 1 } }))
      .rows;
    expect(nested?.posts).to.deep.equal(rows);
    expect(rows[0]).to.deep.include({
      title: 'A "quoted" title \\ 😀',
      featured: true,
      rating: 0.1 + 0.2,
      views: Number.MAX_SAFE_INTEGER,
      publishedAt: moment,
      day: '2026-02-03',
      details,
      embedding: [0.5, -1, 2],
      deletedAt: null,
    });
    const second = { include: { posts: { limit: 1 } }, filter: { id: { eq: id(2) } } };
    expect((await reader.list('blog.user', second)).rows[0]?.posts).to.deep.equal(
      (await reader.list('blog.post', { filter: { id: { eq: id(2) } } })).rows,
    );
  });

  it('may be one row at most, at either side', async () => {
    const { rows } = await reader.list('blog.user', { include: { profile: {} }, page: { size: 2 } });
    expect(rows.map(({ profile }) => profile)).to.deep.equal([
      { id: id(1), biography: 'Born, lived.', userId: id(1) },
      null,
    ]);
    const [profile] = (await reader.list('blog.profile', { include: { user: { fields: ['name'] } } })).rows;
    expect(profile?.user).to.deep.equal({ id: id(1), name: 'User 1' });
  });

  it('are not cut off, however long', async () => {
    const text = 'é'.repeat(500_000);
    await insert(
      database,
      'blog.comment',
      [100, 101, 102].map((number) => comment(number, { postId: id(40), text })),
    );
    const { rows } = await reader.list('blog.post', {
      filter: { id: { eq: id(40) } },
      include: { comments: { fields: ['text'] } },
    });
    expect(rows[0]?.comments).to.deep.equal([100, 101, 102].map((number) => ({ id: id(number), text })));
  });

  it('are filtered by what is asked of them', async () => {
    const { rows } = await reader.list('blog.post', {
      filter: { id: { eq: id(1) } },
      include: { comments: { filter: { likes: { lt: 10 } }, sort: ['likes'], fields: ['likes'] } },
    });
    expect(rows[0]?.comments).to.deep.equal([
      { id: id(1), likes: 0 },
      { id: id(9), likes: 8 },
    ]);
  });
});
