import type { Database } from 'backplane/data';
import { expect } from 'chai';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import type { ReadRequest } from '../../../kernel/data/plan/request.ts';
import { blog, createBlog } from '../support/blog.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { id, insert, post, user } from './seed.ts';

onEveryDatabase('Pages', (open) => {
  let database: Database;
  let reader: Reader;

  before(async () => {
    database = await open();
    await createBlog(database);
    await insert(database, 'blog.user', [user(1)]);
    const posts = Array.from({ length: 23 }, (_, index) =>
      post(index + 1, {
        rating: index % 3 === 0 ? null : (index % 4) + 0.1,
        title: `T${index % 2}`,
        createdAt: `2026-01-01T00:00:0${index % 3}.00${index % 2}Z`,
      }),
    );
    await insert(database, 'blog.post', posts);
    reader = new Reader(database, blog);
  });

  async function walk(
    request: ReadRequest,
    size: number,
  ): Promise<[forwards: unknown[], backwards: unknown[]]> {
    const forwards: unknown[] = [];
    let page = await reader.list('blog.post', { ...request, page: { size } });
    for (;;) {
      forwards.push(...page.rows);
      if (page.next === undefined) break;
      page = await reader.list('blog.post', { ...request, page: { size, after: page.next } });
    }
    const backwards: unknown[] = [];
    for (;;) {
      backwards.unshift(...page.rows);
      if (page.previous === undefined) break;
      page = await reader.list('blog.post', { ...request, page: { size, before: page.previous } });
    }
    return [forwards, backwards];
  }

  for (const sort of [
    [],
    ['rating'],
    ['-rating'],
    ['-rating', 'title'],
    ['title', '-rating', 'createdAt'],
    ['-createdAt'],
    ['-id'],
  ]) {
    it(`hold every row once, both ways, where keys are NULL: sorted by ${sort.join(',') || 'nothing'}`, async () => {
      const { rows: all } = await reader.list('blog.post', { sort, page: { size: 100 } });
      expect(all).to.have.lengthOf(23);
      for (const size of [1, 4, 23]) {
        const [forwards, backwards] = await walk({ sort }, size);
        expect(forwards).to.deep.equal(all);
        expect(backwards).to.deep.equal(all);
      }
    });
  }

  it('know their place by fields that are not read, and do not show those', async () => {
    const [rows] = await walk({ sort: ['-rating', 'createdAt'], fields: ['title'] }, 5);
    expect(rows).to.have.lengthOf(23);
    for (const row of rows) expect(Object.keys(row as object)).to.deep.equal(['id', 'title']);
  });

  it('say whether there is another one, before and behind', async () => {
    const first = await reader.list('blog.post', { page: { size: 23 } });
    expect([first.previous, first.next]).to.deep.equal([undefined, undefined]);
    const second = await reader.list('blog.post', { page: { size: 22, offset: 1 } });
    expect(second.previous).to.be.a('string');
    expect(second.next).to.equal(undefined);
    const none = await reader.list('blog.post', { page: { offset: 23 } });
    expect(none).to.deep.equal({ rows: [], next: undefined, previous: undefined, count: undefined });
  });

  it('are counted with all others', async () => {
    const filter = { rating: { isNull: true } };
    const page = { size: 2 };
    expect((await reader.list('blog.post', { filter, page, count: 'exact' })).count).to.equal(8);
    expect((await reader.list('blog.post', { filter, page, count: 'estimated' })).count).to.be.at.least(0);
    expect((await reader.list('blog.post', { filter, page, count: 'none' })).count).to.equal(undefined);
  });

  it('refuse a cursor of another sort or filter, and one that was tampered with', async () => {
    const filter = { views: { gt: 0 } };
    const { next } = await reader.list('blog.post', { sort: ['title'], filter, page: { size: 1 } });
    const bytes = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const own = JSON.parse(Buffer.from(String(next), 'base64url').toString()) as unknown[];
    const requests: ReadRequest[] = [
      { sort: ['-title'], filter, page: { after: next } },
      { sort: ['createdAt'], filter, page: { after: next } },
      { sort: ['title', 'views'], filter, page: { after: next } },
      { sort: ['title'], page: { after: next } },
      { sort: ['title'], filter: { views: { lt: 0 } }, page: { after: next } },
      ...[
        '',
        'x',
        '€',
        bytes({}),
        bytes([]),
        bytes([own[0], 'a']),
        bytes([own[0], 'a', "' or 1=1"]),
        bytes([own[0], 5, id(1)]),
        bytes(['other', ...own.slice(1)]),
      ].map((after) => ({ sort: ['title'], filter, page: { after } })),
    ];
    for (const request of requests) {
      const error = await reader.list('blog.post', request).catch((thrown) => thrown);
      expect(error, JSON.stringify(request)).to.include({ code: 'CURSOR_INVALID', status: 400 });
    }
    const same = { sort: ['title'], filter: { views: { gt: 5 } }, page: { after: next } };
    expect((await reader.list('blog.post', same)).rows).not.to.have.lengthOf(0);
  });
});
