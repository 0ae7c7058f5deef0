import type { Filter } from 'backplane/data';
import { expect } from 'chai';
import { Reader } from '../../kernel/data/plan/reader.ts';
import { holds } from '../../kernel/resource/access/holds.ts';
import { id, insert, post, user } from '../data/plan/seed.ts';
import { blog, createBlog } from '../data/support/blog.ts';
import { onEveryDatabase } from '../data/support/databases.ts';

/** What a row tells by itself, and what only the database can tell. */
const known: readonly Filter[] = [
  {},
  { authorId: { eq: id(1) } },
  { authorId: { in: [id(2), id(1)] } },
  { status: { eq: 'published' } },
  { views: { eq: 1 } },
  { views: { ne: 1 } },
  { editorId: { eq: null } },
  { editorId: { isNull: false } },
  { or: [] },
  { and: [] },
  { not: { views: { eq: 1 } } },
  { and: [{ authorId: { eq: id(1) } }, { views: { eq: 1 } }] },
  { or: [{ views: { eq: 7 } }, { status: { eq: 'published' }, authorId: { eq: id(1) } }] },
  { or: [{ title: { startsWith: 'x' } }, { authorId: { eq: id(1) } }] },
  { and: [{ title: { startsWith: 'x' } }, { views: { eq: 7 } }] },
];
const unknown: readonly Filter[] = [
  { authorId: { in: [id(2)] } },
  { title: { eq: 'Title' } },
  { views: { gt: 0 } },
  { author: { age: { isNull: true } } },
  { and: [{ title: { startsWith: 'x' } }, { authorId: { eq: id(1) } }] },
];

onEveryDatabase('What a row tells of a rule by itself', (open) => {
  it('is what the database says', async () => {
    const database = await open();
    await createBlog(database);
    await insert(database, 'blog.user', [user(1)]);
    await insert(database, 'blog.post', [post(1, { status: 'published', views: 1 })]);
    const reader = new Reader(database, blog);
    const row = await reader.get('blog.post', id(1));
    if (row === undefined) throw new Error('The row is not there.');
    for (const filter of known) {
      const count = await reader.count('blog.post', { filter });
      expect(holds(blog.get('blog.post'), filter, row), JSON.stringify(filter)).to.equal(count === 1);
    }
  });

  it('is nothing where only the database can tell', () => {
    const row = { id: id(1), title: 'Title', authorId: id(1), status: 'published', views: 1 };
    for (const filter of unknown) {
      expect(holds(blog.get('blog.post'), filter, row), JSON.stringify(filter)).to.equal(undefined);
    }
    expect(holds(blog.get('blog.post'), { views: { eq: 1 } }, { id: id(1) })).to.equal(undefined);
  });
});
