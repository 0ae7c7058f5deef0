import { Database, Reader } from 'backplane/data';
import { expect } from 'chai';
import { parseQuery } from '../../../kernel/data/plan/parse-query.ts';
import { blog, createBlog } from '../support/blog.ts';
import { errorOf } from '../support/blog-data.ts';
import { faultsOf } from './faults-of.ts';

/** What was said, and nothing of what was not. */
function parse(query: string): unknown {
  return JSON.parse(JSON.stringify(parseQuery('blog.post', new URLSearchParams(query))));
}

const faults = (query: string) => faultsOf(() => parse(query));

describe('The query of a URL', () => {
  it('is read into a request', () => {
    const filter = { title: { startsWith: 'A&B' } };
    const query = `filter=${encodeURIComponent(JSON.stringify(filter))}&sort=-createdAt,title&fields=title,slug&page[size]=5&page[after]=abc&count=exact&search=two%20words`;
    expect(parse(query)).to.deep.equal({
      filter,
      sort: ['-createdAt', 'title'],
      fields: ['title', 'slug'],
      page: { size: 5, after: 'abc' },
      count: 'exact',
      search: 'two words',
    });
  });

  it('may name relations with options, and relations of those', () => {
    const include =
      'author,comments(sort=-createdAt,likes;limit=3;fields=text;include=author(fields=name),replies),tags.posts(limit=1)';
    expect(parse(`include=${include}`)).to.deep.equal({
      page: {},
      include: {
        author: {},
        comments: {
          sort: ['-createdAt', 'likes'],
          limit: 3,
          fields: ['text'],
          include: { author: { fields: ['name'] }, replies: {} },
        },
        tags: { include: { posts: { limit: 1 } } },
      },
    });
  });

  it('may filter a relation by JSON that holds the signs of the grammar', () => {
    const filter = { text: { in: ['a;b)', '"(', '\\'] } };
    const include = encodeURIComponent(`comments(filter=${JSON.stringify(filter)};limit=2),author`);
    expect(parse(`include=${include}`)).to.deep.equal({
      page: {},
      include: { comments: { filter, limit: 2 }, author: {} },
    });
  });

  it('takes names of prototypes for names', () => {
    const { include } = parseQuery('blog.post', new URLSearchParams('include=__proto__,constructor.x'));
    expect(Object.keys(include ?? {})).to.deep.equal(['__proto__', 'constructor']);
  });

  it('is refused with all its faults, each with what was meant', () => {
    const known =
      'It knows filter, include, fields, sort, count, search, page[size], page[after], page[before], page[offset].';
    expect(faults('limit=5&filter[priority]=low')).to.deep.equal([
      `limit (of "blog.post"): A query knows no "limit". ${known}`,
      `filter[priority] (of "blog.post"): A query knows no "filter[priority]". Filters are JSON: filter={"priority":{"eq":"…"}}. ${known}`,
    ]);
    const query = 'filters={}&filter=[1]&page[size]=x&count=exakt&include=a(b=1)&sort=a&sort=b';
    expect(faults(query)).to.deep.equal([
      `filters (of "blog.post"): A query knows no "filters". Did you mean "filter"? ${known}`,
      'sort (of "blog.post"): It is given twice. Join both.',
      'page[size] (of "blog.post"): It must be a whole number.',
      'filter (of "blog.post"): A filter must be an object, and this is a list.',
      'include (of "blog.post"): At character 4: A relation knows no option "b".',
      'count (of "blog.post"): It is "none", "exact" or "estimated". Did you mean "exact"?',
    ]);
  });

  for (const include of [
    'a,',
    ',a',
    'a(',
    'a()',
    'a(limit)',
    'a(limit=3',
    'a(limit=3))',
    'a.',
    'a b',
    '(',
    'a(filter={)',
  ]) {
    it(`is refused when its relations are written as ${include}`, () => {
      expect(faults(`include=${include}`)).to.have.lengthOf(1);
    });
  }

  it('is refused when it is nested beyond all measure, and does not exhaust the stack', () => {
    const include = `${'a(include='.repeat(100_000)}a`;
    expect(faults(`include=${include}`)[0]).to.include('nested too deeply');
  });

  it('is refused by a reader with what is wrong with its form and with what it names at once', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    const query = new URLSearchParams(
      'filter={"titel":{"eq":1}}&page[size]=x&count=exakt&sort=nothing&with=a',
    );
    const error = await errorOf(new Reader(database, blog).list('blog.post', query));
    expect(error.message.split('\n').map((line) => line.split(' ', 1)[0])).to.deep.equal([
      'with',
      'page[size]',
      'count',
      'filter.titel',
      'sort',
    ]);
  });

  it('is read by a reader', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    await createBlog(database);
    const query = new URLSearchParams('filter={"title":{"eq":"a"}}&count=exact&search=words');
    expect(await new Reader(database, blog).list('blog.post', query)).to.include({ count: 0 });
  });
});
