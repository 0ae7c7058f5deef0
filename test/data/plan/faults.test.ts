import { expect } from 'chai';
import { beginPlanning } from '../../../kernel/data/plan/begin-planning.ts';
import { planList } from '../../../kernel/data/plan/list-plan.ts';
import { defaultLimits, type ReadRequest } from '../../../kernel/data/plan/request.ts';
import { blog } from '../support/blog.ts';
import { codesOf, faultsOf } from './faults-of.ts';

/** Plans a request of any shape, as it may come from a client. */
function plan(entity: string, request: unknown): unknown {
  const planning = beginPlanning(blog, defaultLimits, undefined);
  return planList(planning, blog.get(entity), request as ReadRequest, {});
}

const codes = (entity: string, request: unknown) => codesOf(() => plan(entity, request));
const messages = (entity: string, request: unknown) => faultsOf(() => plan(entity, request));

describe('A request', () => {
  it('is refused with all its faults at once, what is forbidden first', () => {
    const request = {
      filter: { titel: { eq: 'a' }, title: { equals: 'a', like: 'a' }, author: { password: { eq: 'x' } } },
      sort: ['body'],
      fields: ['nothing'],
      include: { authr: {} },
      page: { size: 1000 },
    };
    expect(messages('blog.post', request)).to.deep.equal([
      'filter.author.password (of "blog.user"): "password" may not be read, so nobody may ask for it, filter or sort by it.',
      'filter.titel (of "blog.post"): There is no field or relation "titel". Did you mean "title"?',
      'filter.title.equals (of "blog.post"): "title" knows no operator "equals". It takes eq, ne, in, nin, isNull, gt, gte, lt, lte, startsWith, contains.',
      'filter.title.like (of "blog.post"): "title" knows no operator "like". Did you mean "contains"? It takes eq, ne, in, nin, isNull, gt, gte, lt, lte, startsWith, contains.',
      'fields (of "blog.post"): There is no field "nothing".',
      'page.size (of "blog.post"): It must be a whole number from 1 to 100.',
      'sort (of "blog.post"): Nobody may sort by "body". The definition of the entity allows id, createdAt, title, views, rating, status.',
      'include.authr (of "blog.post"): There is no relation "authr". Did you mean "author"?',
    ]);
  });

  it('is forbidden to name what may not be read, wherever it stands', () => {
    for (const request of [
      { filter: { password: { eq: 'x' } } },
      { filter: { or: [{ not: { password: { isNull: true } } }] } },
      { filter: { posts: { some: { author: { password: { startsWith: 'x' } } } } } },
      { sort: ['-password'] },
      { fields: ['name', 'password'] },
      { include: { password: {} } },
      { include: { posts: { include: { author: { fields: ['password'] } } } } },
      { include: { posts: { filter: { author: { password: { eq: 'x' } } } } } },
    ]) {
      expect(codes('blog.user', request)[0], JSON.stringify(request)).to.match(/^QUERY_FORBIDDEN/);
    }
  });

  it('suggests no name that may not be read', () => {
    expect(messages('blog.user', { filter: { passwort: { eq: 'x' } } })[0]).not.to.include('password');
  });

  it('is refused when a name is one of a prototype', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
      const key = JSON.stringify(name);
      for (const request of [
        `{"filter": {${key}: {"eq": 1}}}`,
        `{"filter": {"title": {${key}: 1}}}`,
        `{"filter": {"comments": {${key}: {}}}}`,
        `{"include": {${key}: {}}}`,
        `{"fields": [${key}]}`,
        `{"sort": [${key}]}`,
        `{"page": {${key}: 1}}`,
        `{${key}: 1}`,
      ]) {
        expect(codes('blog.post', JSON.parse(request)), request).to.have.lengthOf(1);
      }
    }
  });

  it('is refused when a value is not of its field', () => {
    const values: Record<string, readonly unknown[]> = {
      title: [1, true, {}, [], 'a\0b', 'a\ud800', null],
      views: ['1', 1.5, Number.NaN, 2 ** 53, true, null],
      rating: ['1', Number.POSITIVE_INFINITY, null],
      publishedAt: [
        '2026-01-01',
        '2026-02-30T00:00:00Z',
        'now',
        0,
        '0000-01-01T00:00:00Z',
        '2026-01-01T00:00:00',
      ],
      day: ['2026-02-30', '2026-1-1', 0],
      id: ['1', "' or 1=1", `${'0'.repeat(36)}`],
    };
    for (const [field, given] of Object.entries(values)) {
      for (const value of given) {
        const filter = { [field]: { gt: value } };
        expect(codes('blog.post', { filter }), JSON.stringify(filter)).to.deep.equal([
          `QUERY_INVALID filter.${field}.gt`,
        ]);
      }
    }
    expect(messages('blog.post', { filter: { status: { in: ['draft', 'publishd'] } } })).to.deep.equal([
      'filter.status.in.1 (of "blog.post"): The value must be one of "draft", "published", not "publishd". Did you mean "published"?',
    ]);
    expect(codes('blog.post', { filter: { featured: { eq: 1 } } })).to.have.lengthOf(1);
  });

  it('is refused when a field does not take an operator', () => {
    for (const [entity, filter] of [
      ['blog.comment', { text: { contains: 'a' } }],
      ['blog.post', { featured: { gt: true } }],
      ['blog.post', { details: { eq: '{}' } }],
      ['blog.post', { embedding: { in: [] } }],
      ['blog.post', { views: { startsWith: '1' } }],
      ['blog.post', { id: { startsWith: '0' } }],
      ['blog.post', { title: 'a' }],
      ['blog.post', { comments: { text: { eq: 'a' } } }],
      ['blog.post', { and: {} }],
      ['blog.post', { not: [] }],
      ['blog.post', []],
    ] as const) {
      expect(codes(entity, { filter }), JSON.stringify(filter)).to.have.lengthOf(1);
    }
  });

  it('is refused beyond the limits', () => {
    const deep = (depth: number): unknown =>
      depth === 1 ? { title: { eq: 'a' } } : { not: deep(depth - 1) };
    const included = (depth: number): unknown =>
      depth === 0 ? {} : { parent: { include: included(depth - 1) } };
    for (const [least, most] of [
      [{ filter: deep(6) }, { filter: deep(7) }],
      [
        { filter: { and: Array.from({ length: 25 }, () => ({ title: { eq: 'a' } })) } },
        { filter: { and: Array.from({ length: 26 }, () => ({ title: { eq: 'a' } })) } },
      ],
      [
        { filter: { views: { in: Array.from({ length: 200 }, (_, index) => index) } } },
        { filter: { views: { in: Array.from({ length: 201 }, (_, index) => index) } } },
      ],
      [{ page: { size: 100 } }, { page: { size: 101 } }],
      [{ page: { offset: 10_000 } }, { page: { offset: 10_001 } }],
      [
        { include: { comments: { include: included(3) } } },
        { include: { comments: { include: included(4) } } },
      ],
      [
        { include: { comments: { limit: 100, include: { replies: { limit: 40 } } } } },
        { include: { comments: { limit: 100, include: { replies: { limit: 41 } } } } },
      ],
    ]) {
      expect(codes('blog.post', least)).to.deep.equal([]);
      expect(codes('blog.post', most)).to.have.lengthOf(1);
    }
  });
});
