import type { Query } from 'backplane/data';
import { expect } from 'chai';
import { Post, User } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

onEveryDatabase('A query', (open) => {
  let blog: BlogData;
  let authorId: string;
  before(async () => {
    blog = await openBlog(open);
    ({ id: authorId } = await blog.user({ name: 'Ann' }));
    // a: 1, b: 2 and so on; every second one without a rating.
    for (const [index, title] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      blog.setTime(Date.UTC(2026, 0, index + 1));
      await blog.post({
        authorId,
        title,
        views: index + 1,
        rating: index % 2 === 0 ? null : index / 2,
        status: index < 3 ? 'draft' : 'published',
        featured: index === 0,
        day: `2026-01-0${index + 1}`,
        publishedAt: index > 2 ? `2026-01-0${index}T00:00:00.000Z` : null,
      });
    }
  });
  const posts = () => blog.data.repository(Post).query().where({ authorId });
  const titles = async (query: Query<typeof Post>) => (await query.orderBy('title').pluck('title')).join('');

  it('compares fields of every type', async () => {
    expect(await titles(posts().where('views', 3))).to.equal('c');
    expect(await titles(posts().where('views', '>=', 3).where('views', '!=', 4))).to.equal('ce');
    expect(await titles(posts().where('featured', true))).to.equal('a');
    expect(await titles(posts().where({ featured: false, status: 'draft' }))).to.equal('bc');
    expect(await titles(posts().where('publishedAt', '<', '2026-01-04T01:00:00+01:00'))).to.equal('d');
    expect(await titles(posts().where('publishedAt', '2026-01-04T01:00:00+01:00'))).to.equal('e');
    expect(await titles(posts().where('day', '>', '2026-01-03'))).to.equal('de');
    expect(await titles(posts().where('createdAt', '<=', '2026-01-02T00:00:00.000Z'))).to.equal('ab');
    expect(await titles(posts().where('rating', 0.5))).to.equal('b');
    expect(await titles(posts().where({ rating: null }))).to.equal('ace');
  });

  it('joins conditions by and, or, not and groups', async () => {
    expect(await titles(posts().where('views', 1).orWhere('views', 2))).to.equal('ab');
    expect(await titles(posts().whereNot('views', 1))).to.equal('bcde');
    expect(await titles(posts().whereNot({ status: 'draft', views: 1 }))).to.equal('bcde');
    const group = posts().where((any) => any.where('title', 'a').orWhere('title', 'e'));
    expect(await titles(group.where('status', 'published'))).to.equal('e');
    expect(await titles(posts().whereNot((any) => any.where('title', 'a').orWhere('title', 'e')))).to.equal(
      'bcd',
    );
    expect(await titles(posts().where((nothing) => nothing))).to.equal('abcde');
    // The mark of deletion is no part of what `or` may go round.
    const [first] = await posts().where('title', 'a').pluck('id');
    await blog.data.repository(Post).delete(String(first));
    expect(await titles(posts().where('title', 'b').orWhere('title', 'a'))).to.equal('b');
    expect(await titles(posts().onlyDeleted())).to.equal('a');
    expect(await titles(posts().withDeleted())).to.equal('abcde');
    await blog.data.repository(Post).restore(String(first));
  });

  it('finds one of many values, however many, and the rest', async () => {
    expect(await titles(posts().whereIn('views', [1, 3, 99]))).to.equal('ac');
    expect(await titles(posts().whereNotIn('title', new Set(['a', 'b', 'c'])))).to.equal('de');
    expect(await titles(posts().whereIn('title', []))).to.equal('');
    expect(await titles(posts().whereNotIn('title', []))).to.equal('abcde');
    expect(await titles(posts().whereIn('featured', [true]))).to.equal('a');
    expect(await titles(posts().whereIn('publishedAt', ['2026-01-03T00:00:00.000Z']))).to.equal('d');
    const many = Array.from({ length: 20_000 }, (_, index) => index + 3);
    expect(await titles(posts().whereIn('views', many))).to.equal('cde');
  });

  it('has one text for lists of like lengths, so that statements stay prepared', () => {
    const texts = [3, 4].map((length) => posts().whereIn('views', Array(length).fill(1)).toSql().sql);
    expect(texts[0]).to.equal(texts[1]);
  });

  it('finds by NULL, patterns and ranges', async () => {
    expect(await titles(posts().whereNull('rating'))).to.equal('ace');
    expect(await titles(posts().whereNotNull('rating'))).to.equal('bd');
    expect(await titles(posts().whereBetween('views', [2, 4]))).to.equal('bcd');
    await blog.post({ authorId, title: '100% \\ Done_x![a]', status: 'published', views: 6 });
    for (const [pattern, found] of [
      ['100\\%%', 1],
      ['1%', 1],
      ['%done%', 0],
      ['%Done\\_x%', 1],
      ['%x![a]', 1],
      ['%\\!\\[a%', 1],
      ['%\\', 0],
      ['%\\\\ D%', 1],
      ['10_\\%%', 1],
      ['\\%%', 0],
    ] as const) {
      expect(await posts().whereLike('title', pattern).count(), pattern).to.equal(found);
    }
    await posts().where('views', 6).forceDelete();
  });

  it('orders, with rows that have no value first, in every database', async () => {
    const order = async (query: Query<typeof Post>) => (await query.orderBy('title').pluck('title')).join('');
    expect(await order(posts().orderBy('rating'))).to.equal('acebd');
    expect(await order(posts().orderBy('rating', 'desc'))).to.equal('dbace');
    expect(await order(posts().latest())).to.equal('edcba');
    expect(await order(posts().oldest('publishedAt'))).to.equal('abcde');
    expect(await order(posts().latest('publishedAt').limit(2).offset(1))).to.equal('da');
    expect(await order(posts().latest().offset(3))).to.equal('ba');
  });

  it('answers with rows, one row, or whether and how many there are', async () => {
    expect((await posts().where('title', 'c').get()).map(({ views }) => views)).to.deep.equal([3]);
    expect(await posts().latest().first()).to.have.property('title', 'e');
    const statement = posts().latest().orderBy('title').toSql().sql;
    expect(statement).to.match(/created_at. desc, .*title. asc, .*id. asc/);
    const [one, two] = [await posts().latest('featured').get(), await posts().oldest('featured').get()];
    expect(one).to.deep.equal(two.toReversed());
    expect(await posts().where('title', 'z').first()).to.equal(undefined);
    expect(await errorOf(posts().where('title', 'z').firstOrFail())).to.include({ code: 'ROW_NOT_FOUND' });
    expect(await posts().where('title', 'c').exists()).to.equal(true);
    expect(await posts().where('title', 'z').exists()).to.equal(false);
    expect(await posts().limit(1).count()).to.equal(5);
    expect(await posts().orderBy('views').pluck('featured')).to.deep.equal([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('never changes: what is told later makes another query', async () => {
    const base = posts();
    const draft = base.where('status', 'draft');
    const limited = draft.orderBy('title').limit(1);
    expect(await titles(base)).to.equal('abcde');
    expect(await titles(draft)).to.equal('abc');
    expect(await titles(limited)).to.equal('a');
  });

  it('takes scopes: functions of a query', async () => {
    const published = (query: Query<typeof Post>) => query.where('status', 'published');
    const viewed = (query: Query<typeof Post>, least: number) => query.where('views', '>=', least);
    expect(await titles(posts().scope(published).scope(viewed, 5))).to.equal('e');
  });

  it('takes no direction but the two that there are', () => {
    const forged = 'desc limit 1 --' as 'desc';
    expect(() => posts().orderBy('title', forged)).to.throw('is no direction');
  });

  it('pages by number, with the number of all rows', async () => {
    const page = await posts().orderBy('status').paginate({ page: 2, size: 2 });
    expect(page).to.include({ page: 2, size: 2, total: 5, pages: 3 });
    expect(page.rows.map(({ title }) => title)).to.have.length(2);
    const all = await Promise.all(
      [1, 2, 3].map((number) => posts().orderBy('status').paginate({ page: number, size: 2 })),
    );
    expect(
      all
        .flatMap(({ rows }) => rows.map(({ title }) => title))
        .toSorted()
        .join(''),
    ).to.equal('abcde');
    expect(await posts().paginate({ page: 9, size: 2 })).to.deep.include({ rows: [], total: 5 });
    expect(await posts().where('title', 'z').paginate()).to.deep.equal({
      rows: [],
      page: 1,
      size: 25,
      total: 0,
      pages: 1,
    });
    expect(await errorOf(posts().paginate({ page: 0 }))).to.include({ code: 'QUERY_IMPOSSIBLE' });
  });

  it('goes through all rows by cursors, those without a value too, each once', async () => {
    const orders: readonly ((query: Query<typeof Post>) => Query<typeof Post>)[] = [
      (query) => query.orderBy('rating'),
      (query) => query.orderBy('rating', 'desc'),
      (query) => query.orderBy('publishedAt', 'desc').orderBy('rating', 'asc'),
      (query) => query.orderBy('rating', 'desc').orderBy('status', 'asc').orderBy('publishedAt', 'desc'),
      (query) => query.orderBy('status').orderBy('id', 'desc'),
      (query) => query.orWhere('title', 'nothing').orderBy('featured', 'desc'),
      (query) => query,
    ];
    for (const order of orders) {
      const query = order(posts());
      const expected = await query.orderBy('id', query.toSql().sql.includes('desc') ? 'desc' : 'asc').count();
      for (const size of [1, 2, 3, 5]) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await query.cursor({ size, after });
          seen.push(...page.rows.map(({ title }) => title));
          after = page.next;
        } while (after !== undefined);
        expect(seen).to.have.length(expected);
        expect(seen.toSorted().join('')).to.equal('abcde');
        expect(seen.join('')).to.equal(
          (await query.limit(100).cursor({ size: 100 })).rows.map((r) => r.title).join(''),
        );
      }
    }
  });

  it('refuses a cursor that is damaged, or of another order', async () => {
    const { next = '' } = await posts().orderBy('title').cursor({ size: 1 });
    for (const work of [
      posts().orderBy('views').cursor({ after: next }),
      posts().orderBy('title', 'desc').cursor({ after: next }),
      posts().orderBy('title').cursor({ after: 'nonsense' }),
      posts()
        .orderBy('title')
        .cursor({ after: Buffer.from('["title,id",[1]]').toString('base64url') }),
    ]) {
      expect(await errorOf(work)).to.include({ code: 'CURSOR_INVALID', status: 400 });
    }
  });

  it('works through all rows in portions, while the work changes them', async () => {
    const users = blog.data.repository(User);
    await users.createMany(
      Array.from({ length: 25 }, (_, n) => ({ name: 'Chunk', email: `chunk-${n}@example.org` })),
    );
    const sizes: number[] = [];
    const query = users.query().where('name', 'Chunk');
    await query.chunk(10, async (rows) => {
      sizes.push(rows.length);
      for (const { id } of rows) await users.update(id, { name: 'Done' });
    });
    expect(sizes).to.deep.equal([10, 10, 5]);
    expect(await query.count()).to.equal(0);
    const done = users.query().where('name', 'Done').orWhere('name', 'Chunk');
    let seen = 0;
    await done.chunk(10, (rows) => {
      seen += rows.length;
      return false;
    });
    expect(seen).to.equal(10);
    expect(await errorOf(done.limit(1).chunk(10, () => {}))).to.include({ code: 'QUERY_IMPOSSIBLE' });
  });

  it('changes and deletes all rows that it finds', async () => {
    const users = blog.data.repository(User);
    await users.createMany(
      Array.from({ length: 3 }, (_, n) => ({ name: 'All', email: `all-${n}@example.org` })),
    );
    const all = users.query().where('name', 'All');
    expect(await all.update({ age: 5 })).to.equal(3);
    expect(await all.pluck('age')).to.deep.equal([5, 5, 5]);
    expect(await errorOf(all.limit(1).delete())).to.include({ code: 'QUERY_IMPOSSIBLE' });
    expect(await all.delete()).to.equal(3);
    const drafts = posts().where('status', 'draft');
    expect(await drafts.delete()).to.equal(3);
    expect(await drafts.delete()).to.equal(0);
    expect(await drafts.onlyDeleted().count()).to.equal(3);
    for (const id of await drafts.onlyDeleted().pluck('id')) await blog.data.repository(Post).restore(id);
  });

  it('shows the statement that it would run', async () => {
    const { sql, bindings } = posts().where('views', '>', 2).toSql();
    expect(bindings).to.deep.equal([authorId, 2]);
    expect(await blog.database.run(sql, bindings)).to.have.length(3);
  });

  it('names what it cannot do, and what was meant', () => {
    const query = blog.data.repository(Post).query();
    for (const [work, message] of [
      // @ts-expect-error no such field
      [() => query.where('titel', 'a'), 'Did you mean "title"?'],
      // @ts-expect-error no number
      [() => query.where('views', '1').toSql(), 'views (of "blog.post"): It must be a whole number'],
      // @ts-expect-error no such operator
      [() => query.where('views', 'like', 1), `"like" is no operator. Use .whereLike('views', …).`],
      // @ts-expect-error nothing to compare with
      [() => query.where('views', undefined), 'compared with undefined'],
      [() => query.where({ views: undefined } as never), 'compared with undefined'],
      // @ts-expect-error NULL is not less than anything
      [() => query.where('rating', '<', null).toSql(), 'must not be compared with null'],
      // @ts-expect-error no value in a list
      [() => query.whereIn('rating', [1, null]).toSql(), 'must not be compared with null'],
      // @ts-expect-error JSON
      [() => query.whereNotIn('details', []).toSql(), 'holds json, which cannot be compared'],
      [() => query.where('authorId', 'nonsense').toSql(), 'It must be a UUID, not "nonsense"'],
      // @ts-expect-error no text
      [() => query.whereLike('views', '1%').toSql(), 'holds no text'],
      // @ts-expect-error not returned
      [() => query.where((group) => void group.where('views', 1)), 'must be returned'],
      // @ts-expect-error JSON
      [() => query.orderBy('details').toSql(), 'which has no order'],
      [() => query.limit(-1), '"limit" must be a whole number from 0, not -1'],
      [() => blog.data.repository(User).query().onlyDeleted(), 'not marked when they are deleted'],
    ] as const) {
      expect(work).to.throw(message);
    }
  });
});
