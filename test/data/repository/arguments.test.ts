import { expect } from 'chai';
import { BackplaneError, FaultList } from '../../../kernel/errors.ts';
import { Post, User } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

/** What TypeScript would refuse, as it comes from JSON or from code that lost a value. */
const lost = (value: unknown): never => value as never;

onEveryDatabase('A repository that is given what it cannot take', (open) => {
  let blog: BlogData;
  before(async () => {
    blog = await openBlog(open);
  });
  const users = () => blog.data.repository(User);

  it('says what it expects of rows', async () => {
    const { id } = await blog.user();
    for (const [work, message] of [
      [() => users().create(lost(null)), 'it must be an object of fields, not null'],
      [() => users().create(lost(undefined)), 'it must be an object of fields, not undefined'],
      [() => users().create(lost('x')), 'it must be an object of fields, not "x"'],
      [() => users().create(lost([])), 'it must be an object of fields, not a list'],
      [() => users().createMany(lost('x')), 'rows must come as a list, not as "x"'],
      [() => users().createMany(lost(null)), 'rows must come as a list, not as null'],
      [() => users().createMany(lost([null, 5])), 'row 1: it must be an object of fields, not 5'],
      [() => users().createMany(lost(new Array(2))), 'row 0: it must be an object of fields, not undefined'],
      [() => users().update(id, lost(null)), 'it must be an object of fields, not null'],
      [() => users().update(id, lost('x')), 'it must be an object of fields, not "x"'],
      [() => users().query().update(lost(null)), 'it must be an object of fields, not null'],
      [() => users().upsert('email', lost(null)), 'it must be an object of fields, not null'],
    ] as const) {
      const error = await errorOf(work);
      expect(error).to.include({ code: 'ROW_INVALID' });
      expect(error.message).to.include(message);
    }
    expect(await users().createMany([])).to.deep.equal([]);
  });

  it('finds no row by a text that is no id', async () => {
    for (const id of ['', 'x', '1', 'a\0', `${(await blog.user()).id}x`]) {
      expect(await users().find(id)).to.equal(undefined);
      expect(await users().delete(id)).to.equal(false);
      expect(await users().forceDelete(id)).to.equal(false);
      expect(await blog.data.reader().get('blog.user', id)).to.equal(undefined);
      for (const work of [
        users().findOrFail(id),
        users().update(id, { name: 'a' }),
        blog.data.repository(Post).restore(id),
      ]) {
        expect(await errorOf(work)).to.include({ code: 'ROW_NOT_FOUND' });
      }
    }
  });

  it('says of what is no text that it can be no id', async () => {
    for (const id of [undefined, null, {}, 5, ['x']].map(lost)) {
      for (const work of [
        () => users().find(id),
        () => users().findOrFail(id),
        () => users().update(id, { name: 'a' }),
        () => users().delete(id),
        () => users().forceDelete(id),
        () => blog.data.repository(Post).restore(id),
      ]) {
        const error = await errorOf(async () => work());
        expect(error).to.include({ code: 'QUERY_IMPOSSIBLE' });
        expect(error.message).to.include('an id must be text, not ');
      }
    }
  });

  it('ties no rows whose ids can be none', async () => {
    const post = await blog.post();
    const posts = blog.data.repository(Post);
    for (const work of [posts.attach('x', 'tags', post.id), posts.attach(post.id, 'tags', ['x'])]) {
      const error = await errorOf(work);
      expect(error).to.include({ code: 'ROW_REFERENCE_MISSING' });
      expect(error).to.have.deep.nested.property('details.fields', ['tags']);
    }
    await posts.detach('x', 'tags');
    await posts.detach(post.id, 'tags', ['x']);
  });

  it('ties rows by ids in upper case', async () => {
    const post = await blog.post();
    const posts = blog.data.repository(Post);
    const tag = await blog.data.repository('blog.tag').create({ name: 'upper' });
    await posts.attach(post.id.toUpperCase(), 'tags', [tag.id.toUpperCase(), tag.id]);
    const tagged = posts.query().where('id', post.id).withCount('tags');
    expect(await tagged.first()).to.include({ tagsCount: 1 });
    await posts.detach(post.id.toUpperCase(), 'tags', tag.id.toUpperCase());
    expect(await tagged.first()).to.include({ tagsCount: 0 });
  });
});

const odd: readonly unknown[] = [
  ...[undefined, null, true, '', 'x', 'a\0', '\ud800', '2026-02-30', '+10000-01-01T00:00:00Z'],
  ...[-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 5e-324, 2 ** 53, 10n, Symbol('odd')],
  ...[{}, [], [null], [undefined], [[]], new Date(0), new Map(), Object.create(null), () => 1],
];

onEveryDatabase('Whatever a query or a reader is given', (open) => {
  it('is taken, or refused by an error of the catalogue', async () => {
    const blog = await openBlog(open);
    const { id } = await blog.post();
    const posts = blog.data.repository(Post);
    const reader = blog.data.reader();
    const query = () => posts.query();
    for (const value of odd.map(lost)) {
      const works: (() => unknown)[] = [
        () => posts.update(id, {}, { ifUpdatedAt: value }),
        () => posts.upsert(value, { title: 'a', slug: 'a', authorId: id }),
        () => posts.attach(id, value, id),
        () => posts.attach(id, 'tags', value),
        () => posts.attach(id, 'tags', id, value),
        () => posts.detach(id, 'tags', value),
        () => posts.paginate(value),
        () => posts.paginate({ page: value, size: value }),
        () => query().cursor(value),
        () => query().cursor({ size: value, after: value }),
        () => query().pluck(value),
        () => query().where(value).get(),
        () => query().whereHas(value).get(),
        () => query().whereHas('tags', value).get(),
        () => query().orderBy(value).get(),
        () => query().orderBy('views', value).get(),
        () => query().limit(value).get(),
        () => query().with(value).get(),
        () => reader.list('blog.post', { include: value }),
        () => reader.list('blog.post', { page: { size: value, after: value } }),
        () => reader.list('blog.post', { near: { field: value, vector: value } }),
        () => reader.aggregate('blog.post', { count: true, groupBy: value, sum: value }),
        () => blog.data.repository(value),
      ];
      for (const name of fieldNames.map(lost)) {
        works.push(
          () => posts.update(id, { [name]: value }),
          () => query().where(name, value).get(),
          () => query().where(name, '<', value).get(),
          () => query().whereIn(name, [value]).get(),
          () => query().whereIn(name, value).get(),
          () => query().whereBetween(name, value).get(),
          () => query().whereLike(name, value).get(),
          () => reader.list('blog.post', { filter: { [name]: value } }),
          () => reader.list('blog.post', { filter: { [name]: { eq: value } } }),
          () => reader.list('blog.post', { filter: { [name]: { in: value } } }),
          () => reader.list('blog.post', { filter: { [name]: { startsWith: value } } }),
        );
      }
      for (const work of works) await onlyOfTheCatalogue(work);
    }
  });
});

const fieldNames = ['id', 'title', 'status', 'views', 'rating', 'featured', 'publishedAt', 'day', 'details'];

async function onlyOfTheCatalogue(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof BackplaneError || error instanceof FaultList) return;
    throw new Error(`${work} threw what is none of the catalogue`, { cause: error });
  }
}

onEveryDatabase('A reader that is given what it cannot take', (open) => {
  let blog: BlogData;
  before(async () => {
    blog = await openBlog(open);
  });

  it('says what it expects', async () => {
    const reader = blog.data.reader();
    for (const request of [null, 'x', 5, []].map(lost)) {
      for (const work of [
        reader.list('blog.post', request),
        reader.count('blog.post', request),
        reader.aggregate('blog.post', request),
        reader.get('blog.post', '01a1fe1f-a99b-7450-b21d-fe95c9a45bcb', request),
      ]) {
        const error = await errorOf(work);
        expect(error).to.include({ code: 'QUERY_INVALID', status: 400 });
        expect(error.message).to.include('A request must be an object, not ');
      }
    }
    for (const id of [undefined, null, {}, 5].map(lost)) {
      expect(await errorOf(reader.get('blog.post', id))).to.include({ code: 'QUERY_INVALID' });
    }
    for (const entity of [undefined, null, {}].map(lost)) {
      expect(await errorOf(reader.list(entity))).to.include({ code: 'ENTITY_UNKNOWN' });
    }
    for (const request of [
      { page: null },
      { page: 'x' },
      { filter: null },
      { include: null },
      { sort: null },
      { sort: 'title' },
      { fields: null },
      { near: null },
      { search: null },
      { count: null },
    ].map(lost)) {
      expect(await errorOf(reader.list('blog.post', request))).to.include({ code: 'QUERY_INVALID' });
    }
  });
});
