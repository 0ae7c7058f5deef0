import { byRow, filterFaults } from 'backplane/data';
import { expect } from 'chai';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import { blog, createBlog } from '../support/blog.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { insert, post, user } from './seed.ts';

describe('A filter that is to be kept', () => {
  const faults = (filter: unknown, trusted = true) => filterFaults(blog, 'blog.post', filter, { trusted });

  it('is checked against its entity, with values of who asks still missing', () => {
    expect(faults({ authorId: { eq: '$actor.id' }, views: { gt: '$actor.level' } })).to.deep.equal([]);
    expect(faults({ author: { name: { in: ['$actor.name', 'x'] } } })).to.deep.equal([]);
    expect(faults({ nonsense: { eq: 1 } }).join()).to.include('There is no field or relation "nonsense"');
    expect(faults({ views: { eq: 'many' } })).to.have.length(1);
    expect(faults('text')).to.have.length(1);
  });

  it('of somebody else is held to the limits of requests', () => {
    const long = { or: Array.from({ length: 60 }, () => ({ views: { eq: 1 } })) };
    expect(faults(long)).to.deep.equal([]);
    expect(faults(long, false)).to.not.deep.equal([]);
  });
});

onEveryDatabase('A row rule', (open, dialect) => {
  it('may be looked up row by row, and can be shown as SQL', async () => {
    const database = await open();
    await createBlog(database);
    await insert(database, 'blog.user', [user(1), user(2, { age: 1 })]);
    await insert(database, 'blog.post', [post(1), post(2, { authorId: user(2).id })]);
    const reader = new Reader(database, blog);
    const rule = { author: { age: { eq: 1 } } };
    const access = (name: string) => (name === 'blog.post' ? { ...rule, [byRow]: true as const } : undefined);
    const { rows } = await reader.list('blog.post', {}, { access });
    expect(rows.map(({ id }) => id)).to.deep.equal([post(2).id]);
    const { sql, parameters } = await reader.explain('blog.post', {}, { access });
    expect(parameters).to.deep.equal([1]);
    const ends = { sqlite: ' limit 1', postgres: ' offset 0', mysql: ' limit 1', mssql: '' };
    expect(sql).to.match(new RegExp(`age.{1,8}= .{1,2}${ends[dialect]}\\)`));
  });

  it('may have a list that each row is asked about, whatever index there is', async () => {
    const database = await open();
    await createBlog(database);
    await insert(database, 'blog.user', [user(1), user(2)]);
    await insert(database, 'blog.post', [post(1), post(2, { authorId: user(2).id })]);
    const reader = new Reader(database, blog);
    const rule = { authorId: { in: [String(user(2).id)] }, [byRow]: true as const };
    const access = (name: string) => (name === 'blog.post' ? rule : undefined);
    const { rows } = await reader.list('blog.post', {}, { access });
    expect(rows.map(({ id }) => id)).to.deep.equal([post(2).id]);
    const { sql } = await reader.explain('blog.post', {}, { access });
    if (dialect === 'sqlite') expect(sql).to.include('+t0."author_id" in');
  });

  it('is asked anew when its list has changed', async () => {
    const database = await open();
    await createBlog(database);
    await insert(
      database,
      'blog.user',
      Array.from({ length: 12 }, (_, index) => user(index + 1)),
    );
    const reader = new Reader(database, blog);
    const list = Array.from({ length: 10 }, (_, index) => String(user(index + 1).id));
    const rule = { id: { in: list } };
    const found = async () => (await reader.list('blog.user', {}, { access: () => rule })).rows.length;
    expect(await found()).to.equal(10);
    expect(await found()).to.equal(10);
    list.push(String(user(11).id));
    expect(await found()).to.equal(11);
    list.splice(0, 10, String(user(12).id));
    expect(await found()).to.equal(2);
  });
});
