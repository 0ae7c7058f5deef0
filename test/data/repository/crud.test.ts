import { expect } from 'chai';
import { Post, User } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

const nobody = '01a1fe1f-a99b-7450-b21d-fe95c9a45bcb';

onEveryDatabase('A repository', (open) => {
  let blog: BlogData;
  before(async () => {
    blog = await openBlog(open);
  });

  it('gives every type of value back as it took it', async () => {
    const posts = blog.data.repository(Post);
    const { id: authorId } = await blog.user();
    const whole = {
      title: 'Grüße, 世界 👋 "quoted" \\ %_',
      slug: 'types',
      body: 'Line\nbreak\t\u{1F600}',
      status: 'published' as const,
      views: Number.MAX_SAFE_INTEGER,
      rating: 0.1,
      featured: true,
      publishedAt: '2026-01-31T12:34:56.789Z',
      day: '2024-02-29',
      details: { words: 3, tone: 'dürr', more: [1, null, { deep: true }] } as { words: number; tone: string },
      embedding: [0.5, -1.25, 3],
      authorId,
      editorId: null,
    };
    const created = await posts.create(whole);
    expect(created).to.deep.include(whole);
    expect(await posts.find(created.id)).to.deep.equal(created);
    const smallest = { views: Number.MIN_SAFE_INTEGER, rating: -1e300, featured: false, details: null };
    expect(await posts.update(created.id, smallest)).to.deep.include(smallest);
    expect(await posts.findOrFail(created.id)).to.deep.include(smallest);
  });

  it('fills in an id, defaults, NULL and times', async () => {
    const { id: authorId } = await blog.user();
    const post = await blog.data.repository(Post).create({ title: 'Defaults', slug: 'defaults', authorId });
    expect(post).to.deep.include({
      status: 'draft',
      views: 0,
      featured: false,
      rating: null,
      editorId: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      deletedAt: null,
    });
    expect(post.id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('brings moments of any zone to UTC, and ids to lower case', async () => {
    const author = await blog.user({ id: '01A1FE1F-A99B-7450-B21D-FE95C9A45BCC' });
    const post = await blog.post({
      authorId: author.id.toUpperCase(),
      publishedAt: '2026-01-31T14:00:00+02:00',
    });
    expect(post.publishedAt).to.equal('2026-01-31T12:00:00.000Z');
    expect(post.authorId).to.equal(author.id);
    expect(await blog.data.repository(Post).find(post.id.toUpperCase())).to.deep.equal(post);
  });

  it('tells all faults of an input at once, and what was meant', async () => {
    const input = { titel: 'x', slug: 1, views: 1.5, status: 'publishd', author: {}, day: '2026-02-30' };
    const error = await errorOf(blog.data.repository(Post).create(input as never));
    expect(error).to.include({ code: 'ROW_INVALID', status: 422 });
    for (const part of [
      'Did you mean "title"?',
      '"title" is missing',
      '"slug" must be text, not 1',
      '"views" must be a whole number',
      '"status" must be one of "draft", "published", not "publishd"',
      'give the id of its row as "authorId"',
      '"authorId" is missing',
      '"day" must be a day',
    ]) {
      expect(error.message).to.include(part);
    }
  });

  it('says in which of many rows a fault is, and then inserts none', async () => {
    const users = blog.data.repository(User);
    const count = await users.count();
    const inputs = [{ name: 'A', email: 'many@example.org' }, { name: 'B' }];
    const error = await errorOf(users.createMany(inputs as never));
    expect(error.message).to.include('row 1: "email" is missing');
    expect(await users.count()).to.equal(count);
  });

  it('inserts all of many rows or none', async () => {
    const users = blog.data.repository(User);
    const count = await users.count();
    const inputs = Array.from({ length: 1500 }, (_, index) => ({
      name: 'Bulk',
      email: `bulk-${index}@example.org`,
    }));
    const error = await errorOf(users.createMany([...inputs, { name: 'Bulk', email: 'bulk-0@example.org' }]));
    expect(error).to.have.property('code', 'ROW_DUPLICATE');
    expect(await users.count()).to.equal(count);
    const made = await users.createMany(inputs);
    expect(made.map(({ email }) => email)).to.deep.equal(inputs.map(({ email }) => email));
    expect(await users.count({ name: 'Bulk' })).to.equal(1500);
    expect(await users.createMany([])).to.deep.equal([]);
  });

  it('changes what it is told and keeps the time of the change', async () => {
    blog.setTime(Date.parse('2026-01-01T00:00:00.000Z'));
    const post = await blog.post();
    const same = await blog.data.repository(Post).update(post.id, { title: 'Changed' });
    // The clock stands, and the time grows nevertheless: who compares times sees that there was a change.
    expect(same).to.deep.equal({ ...post, title: 'Changed', updatedAt: '2026-01-01T00:00:00.001Z' });
    blog.setTime(Date.parse('2026-02-01T00:00:00.000Z'));
    const later = await blog.data.repository(Post).update(post.id, { views: 2 });
    expect(later.updatedAt).to.equal('2026-02-01T00:00:00.000Z');
    expect(await blog.data.repository(Post).update(post.id, {})).to.deep.equal(later);
    expect(await blog.data.repository(Post).find(post.id)).to.deep.equal(later);
  });

  it('refuses changes of what the framework keeps', async () => {
    const { id } = await blog.post();
    const changes = { id: nobody, createdAt: '2026-01-01T00:00:00.000Z', title: null };
    const error = await errorOf(blog.data.repository(Post).update(id, changes as never));
    expect(error.message)
      .to.include('"id" is kept')
      .and.include('"createdAt" is kept')
      .and.include('"title" must not');
  });

  it('finds nothing under an id that nobody has, or that is none', async () => {
    const posts = blog.data.repository(Post);
    for (const id of [nobody, 'nonsense', '']) {
      expect(await posts.find(id)).to.equal(undefined);
      expect(await posts.delete(id)).to.equal(false);
      expect(await posts.forceDelete(id)).to.equal(false);
      for (const work of [posts.findOrFail(id), posts.update(id, { title: 'x' }), posts.restore(id)]) {
        expect(await errorOf(work)).to.include({ code: 'ROW_NOT_FOUND', status: 404 });
      }
    }
  });

  it('marks rows as deleted where the entity says so, and lets their unique values be used again', async () => {
    const posts = blog.data.repository(Post);
    const post = await blog.post({ slug: 'again' });
    expect(await posts.delete(post.id)).to.equal(true);
    expect(await posts.delete(post.id)).to.equal(false);
    expect(await posts.find(post.id)).to.equal(undefined);
    expect(await posts.query().withDeleted().where('id', post.id).first()).to.have.property('deletedAt').not
      .null;
    const second = await blog.post({ slug: 'again' });
    expect(await errorOf(posts.restore(post.id))).to.include({ code: 'ROW_DUPLICATE' });
    await posts.delete(second.id);
    expect(await posts.restore(post.id)).to.deep.include({ id: post.id, deletedAt: null });
    expect(await posts.forceDelete(second.id)).to.equal(true);
    expect(await posts.query().withDeleted().where({ slug: 'again' }).count()).to.equal(1);
  });

  it('removes rows where the entity marks none', async () => {
    const users = blog.data.repository(User);
    const { id } = await blog.user();
    expect(await users.delete(id)).to.equal(true);
    expect(await users.query().where({ id }).exists()).to.equal(false);
  });

  it('loses no update that others have made meanwhile, when asked not to', async () => {
    const posts = blog.data.repository(Post);
    const { id, updatedAt } = await blog.post();
    const ends = await Promise.allSettled(
      Array.from({ length: 10 }, (_, views) => posts.update(id, { views }, { ifUpdatedAt: updatedAt })),
    );
    const lost = ends.filter((end) => end.status === 'rejected');
    expect(lost).to.have.length(9);
    for (const { reason } of lost) expect(reason).to.include({ code: 'ROW_CHANGED', status: 409 });
    const missing = posts.update(nobody, { views: 1 }, { ifUpdatedAt: updatedAt });
    expect(await errorOf(missing)).to.include({ code: 'ROW_NOT_FOUND' });
  });

  it('creates a row once by what tells it apart, and changes it then', async () => {
    const users = blog.data.repository(User);
    const first = await users.upsert('email', { name: 'First', email: 'upsert@example.org' });
    const second = await users.upsert(['email'], { name: 'Second', email: 'upsert@example.org' });
    expect(second).to.deep.equal({ ...first, name: 'Second' });
    const many = Array.from({ length: 5 }, (_, n) =>
      users.upsert('email', { name: `${n}`, email: 'race@example.org' }),
    );
    await Promise.all(many);
    expect(await users.count({ email: 'race@example.org' })).to.equal(1);
  });

  it('refuses to guess which of several rows is meant to be changed', async () => {
    const users = blog.data.repository(User);
    const input = { name: 'Twice', email: 'twice@example.org' };
    expect((await errorOf(users.upsert('name', input))).message).to.match(
      /by "name", which several rows may share\. Give the field unique: true, or find/,
    );
    expect((await errorOf(users.upsert(['name', 'age'], input))).message).to.include(
      "unique: [['name', 'age']]",
    );
    expect(await errorOf(users.upsert([], input))).to.include({ code: 'QUERY_IMPOSSIBLE' });
    expect((await errorOf(users.upsert('emial' as 'email', input))).message).to.include(
      'Did you mean "email"?',
    );
    await users.upsert(['email', 'name'], input);
    expect(await users.count({ name: 'Twice' })).to.equal(1);
  });

  it('says of a wrong value what to give, and ends its sentences once', async () => {
    const { id } = await blog.post();
    const posts = blog.data.repository(Post);
    const moment = await errorOf(posts.update(id, { publishedAt: new Date() as never }));
    expect(moment.message).to.include('not a Date: give its toISOString()');
    const unknown = await errorOf(posts.update(id, { titel: 'x' } as object));
    expect(unknown.message).to.match(/"titel" is no field of it\. Did you mean "title"\?$/);
    const pair = await errorOf(posts.attach(id, 'tags', [id], { wieght: 1 } as object));
    expect(pair.message).to.match(/is no field of its "tags"\. Did you mean "weight"\?$/);
    const field = await errorOf(() => posts.query().where('titel' as 'title', 'x'));
    expect(field).to.have.nested.property('details.suggestion', 'Did you mean "title"?');
  });

  it('is part of the transaction that runs around it', async () => {
    const users = blog.data.repository(User);
    const count = await users.count();
    await errorOf(
      users.transaction(async () => {
        await blog.post();
        await users.createMany([{ name: 'A', email: 'tx@example.org' }]);
        expect(await users.count()).to.equal(count + 2);
        const again = () => users.create({ name: 'A', email: 'tx@example.org' });
        expect(await errorOf(users.transaction(again))).to.include({ code: 'ROW_DUPLICATE' });
        throw new Error('no');
      }),
    );
    expect(await users.count()).to.equal(count);
  });
});
