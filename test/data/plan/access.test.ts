import type { Database, Filter } from 'backplane/data';
import { expect } from 'chai';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import { blog, createBlog } from '../support/blog.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { codesOf } from './faults-of.ts';
import { comment, id, insert, link, post, user } from './seed.ts';

const deletedAt = '2026-01-01T00:00:00.000Z';

/** Posts 1 and 2 are published, 3 is a draft, 4 is published and deleted. Comment 2 has likes. User 2 is hidden. */
async function seed(database: Database): Promise<void> {
  await createBlog(database);
  await insert(database, 'blog.user', [user(1), user(2, { age: 1 }), user(3)]);
  await insert(database, 'blog.post', [
    post(1, { status: 'published' }),
    post(2, { status: 'published', authorId: id(2), rating: 5 }),
    post(3, { rating: 9 }),
    post(4, { status: 'published', deletedAt }),
  ]);
  await insert(database, 'blog.comment', [
    comment(1, { postId: id(1) }),
    comment(2, { postId: id(1), likes: 9, authorId: id(2) }),
    comment(3, { postId: id(3) }),
    comment(4, { postId: id(4), authorId: id(3) }),
  ]);
  await insert(database, 'blog.tag', [{ id: id(1), name: 'tag' }]);
  await link(
    database,
    'blog.post',
    'tags',
    [1, 2, 3, 4].map((number) => [id(number), id(1), { weight: 1 }]),
  );
}

const rules: Readonly<Record<string, Filter>> = {
  'blog.post': { status: { eq: 'published' } },
  'blog.comment': { likes: { lt: 5 } },
  'blog.user': { password: { isNull: false }, age: { isNull: true } },
};
const access = (entity: string): Filter | undefined => rules[entity];

onEveryDatabase('A row rule', (open) => {
  let reader: Reader;
  const numbers = (rows: unknown): number[] =>
    (rows as { id: string }[]).map((row) => Number(row.id.slice(-12)));
  const find = async (entity: string, filter: Filter, options = { access }) =>
    numbers((await reader.list(entity, { filter }, options)).rows);

  before(async () => {
    const database = await open();
    await seed(database);
    reader = new Reader(database, blog);
  });

  it('hides rows from lists, lookups and counts', async () => {
    expect(await find('blog.post', {})).to.deep.equal([1, 2]);
    expect(await find('blog.post', { or: [{ id: { eq: id(3) } }, {}] })).to.deep.equal([1, 2]);
    expect(await find('blog.post', { not: { status: { eq: 'published' } } })).to.deep.equal([]);
    expect(await reader.get('blog.post', id(3), {}, { access })).to.equal(undefined);
    expect(await reader.get('blog.post', id(2), {}, { access })).to.include({ id: id(2) });
    expect(await reader.count('blog.post', {}, { access })).to.equal(2);
    expect(
      (await reader.list('blog.post', { count: 'exact', page: { size: 1 } }, { access })).count,
    ).to.equal(2);
  });

  it('hides rows that are read along, at every depth', async () => {
    const include = { author: {}, comments: { include: { author: {}, post: { include: { author: {} } } } } };
    const { rows } = await reader.list('blog.post', { include }, { access });
    expect(rows[1]?.author).to.equal(null);
    expect(numbers(rows[0]?.comments)).to.deep.equal([1]);
    const [tag] = (await reader.list('blog.tag', { include: { posts: {} } }, { access })).rows;
    expect(numbers(tag?.posts)).to.deep.equal([1, 2]);
    const [one] = (
      await reader.list('blog.comment', { include: { post: {} }, filter: { id: { eq: id(3) } } }, { access })
    ).rows;
    expect(one?.post).to.equal(null);
  });

  it('hides rows from filters, so that nobody can ask about what they cannot see', async () => {
    expect(await find('blog.post', { comments: { some: { likes: { gt: 5 } } } })).to.deep.equal([]);
    expect(await find('blog.post', { comments: { none: { likes: { gt: 5 } } } })).to.deep.equal([1, 2]);
    expect(await find('blog.post', { comments: { every: { likes: { lt: 5 } } } })).to.deep.equal([1, 2]);
    expect(await find('blog.post', { author: { age: { eq: 1 } } })).to.deep.equal([]);
    expect(await find('blog.post', { author: {} })).to.deep.equal([1]);
    expect(await find('blog.user', { posts: { some: { rating: { gt: 6 } } } })).to.deep.equal([]);
    expect(
      await find('blog.tag', { posts: { some: { comments: { some: { post: { rating: { eq: 9 } } } } } } }),
    ).to.deep.equal([]);
    expect(
      await find('blog.tag', { posts: { some: { rating: { eq: 9 } } } }, { access: () => undefined }),
    ).to.deep.equal([1]);
  });

  it('may itself ask about rows that are hidden, and about fields that nobody may read', async () => {
    const byAuthor = (entity: string): Filter | undefined =>
      entity === 'blog.post' ? { author: { age: { eq: 1 }, password: { eq: 'secret' } } } : rules[entity];
    expect(await find('blog.post', {}, { access: byAuthor })).to.deep.equal([2]);
  });

  it('that admits nothing hides everything', async () => {
    const nothing = { access: (): Filter => ({ or: [] }) };
    expect(await find('blog.post', {}, nothing)).to.deep.equal([]);
    expect(await find('blog.post', { not: { or: [] } }, nothing)).to.deep.equal([]);
    expect(await reader.count('blog.post', {}, nothing)).to.equal(0);
  });

  it('holds behind a cursor, too, and may change between two pages', async () => {
    const request = { sort: ['-views'], page: { size: 1 } };
    const first = await reader.list('blog.post', request);
    expect(numbers(first.rows)).to.deep.equal([3]);
    const second = await reader.list(
      'blog.post',
      { ...request, page: { size: 9, after: first.next } },
      { access },
    );
    expect(numbers(second.rows)).to.deep.equal([2, 1]);
  });

  it('that names no field is the fault of the application, not of the caller', async () => {
    const wrong = { access: (): Filter => ({ nothing: { eq: 1 } }) };
    const error = await reader.list('blog.post', {}, wrong).catch((thrown) => thrown);
    expect(error).to.include({ code: 'ROW_RULE_INVALID', status: 500 });
    expect(
      codesOf(() => {
        throw error;
      }),
    ).to.deep.equal(['ROW_RULE_INVALID']);
  });
});

onEveryDatabase('A deleted row', (open) => {
  let reader: Reader;
  const numbers = (rows: unknown): number[] =>
    (rows as { id: string }[]).map((row) => Number(row.id.slice(-12)));

  before(async () => {
    const database = await open();
    await seed(database);
    reader = new Reader(database, blog);
  });

  it('is left out of lists, lookups and counts unless it is asked for', async () => {
    const list = async (deleted?: 'exclude' | 'include' | 'only') =>
      numbers((await reader.list('blog.post', {}, { deleted })).rows);
    expect(await list()).to.deep.equal([1, 2, 3]);
    expect(await list('include')).to.deep.equal([1, 2, 3, 4]);
    expect(await list('only')).to.deep.equal([4]);
    expect(await reader.get('blog.post', id(4))).to.equal(undefined);
    expect(await reader.get('blog.post', id(4), {}, { deleted: 'include' })).to.include({ deletedAt });
    expect(await reader.count('blog.post', {}, { deleted: 'only' })).to.equal(1);
  });

  it('is left out of what is read along and asked about', async () => {
    const [tag] = (await reader.list('blog.tag', { include: { posts: {} } })).rows;
    expect(numbers(tag?.posts)).to.deep.equal([1, 2, 3]);
    const filter = { post: { status: { eq: 'published' } } };
    expect(numbers((await reader.list('blog.comment', { filter })).rows)).to.deep.equal([1, 2]);
    const [orphan] = (
      await reader.list('blog.comment', { filter: { id: { eq: id(4) } }, include: { post: {} } })
    ).rows;
    expect(orphan?.post).to.equal(null);
  });
});
