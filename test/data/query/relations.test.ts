import { inspect } from 'node:util';
import { countStatements } from 'backplane/testing';
import { expect } from 'chai';
import { Comment, Post, Profile, Tag, User } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

onEveryDatabase('A query with relations', (open) => {
  let blog: BlogData;
  before(async () => {
    blog = await openBlog(open);
  });
  const posts = () => blog.data.repository(Post);
  const comments = () => blog.data.repository(Comment);
  const tags = () => blog.data.repository(Tag);

  it('loads 50 posts with their authors in two statements, or in one by a join', async () => {
    const authors = await blog.data
      .repository(User)
      .createMany(Array.from({ length: 50 }, (_, n) => ({ name: `A${n}`, email: `fifty-${n}@example.org` })));
    await posts().createMany(
      authors.map(({ id }, n) => ({ title: `Fifty ${n}`, slug: `fifty-${n}`, authorId: id, body: 'fifty' })),
    );
    const fifty = posts().query().where('body', 'fifty').orderBy('title');
    const loaded = await countStatements(blog.database, () => fifty.with('author').get());
    expect(loaded.count).to.equal(2);
    expect(loaded.result).to.have.length(50);
    for (const post of loaded.result) expect(post.author.id).to.equal(post.authorId);
    const joined = await countStatements(blog.database, () => fifty.withJoined('author').get());
    expect(joined.count).to.equal(1);
    expect(joined.result).to.deep.equal(loaded.result);
    await posts().query().where('body', 'fifty').update({ body: null });
  });

  it('loads every kind of relation, and relations of relations', async () => {
    const author = await blog.user();
    const profile = await blog.data.repository(Profile).create({ biography: 'Writes.', userId: author.id });
    const post = await blog.post({ authorId: author.id, title: 'A' });
    const empty = await blog.post({ title: 'B' });
    const first = await comments().create({ text: 'First', postId: post.id, authorId: author.id });
    const reply = await comments().create({ text: 'Reply', postId: post.id, parentId: first.id });
    const tag = await tags().create({ name: 'relations' });
    await posts().attach(post.id, 'tags', tag.id, { weight: 7 });
    const { count, result } = await countStatements(blog.database, () =>
      posts()
        .query()
        .whereIn('id', [post.id, empty.id])
        .with('author.profile', 'editor', 'tags')
        .with('comments', (query) => query.orderBy('text').with('author', 'parent', 'replies'))
        .orderBy('title')
        .get(),
    );
    // One for each relation that has keys to follow: nobody has an editor.
    expect(count).to.equal(8);
    expect(result).to.deep.equal([
      {
        ...post,
        author: { ...author, profile },
        editor: null,
        tags: [{ ...tag, pivot: { weight: 7 } }],
        comments: [
          { ...first, author, parent: null, replies: [reply] },
          { ...reply, author: null, parent: first, replies: [] },
        ],
      },
      { ...empty, author: { ...result[1]?.author, profile: null }, editor: null, tags: [], comments: [] },
    ]);
  });

  it('joins relations to one row, and loads further ones of theirs', async () => {
    const author = await blog.user();
    const profile = await blog.data.repository(Profile).create({ biography: 'Joined', userId: author.id });
    const post = await blog.post({ authorId: author.id, editorId: null });
    const found = await posts()
      .query()
      .where('id', post.id)
      .withJoined('author')
      .withJoined('editor')
      .with('author.profile')
      .firstOrFail();
    expect(found).to.deep.equal({ ...post, author: { ...author, profile }, editor: null });
    const users = blog.data.repository(User).query().where({ id: author.id }).withJoined('profile');
    expect(await users.first()).to.deep.equal({ ...author, profile });
    // @ts-expect-error a join would multiply the rows
    expect(await errorOf(posts().query().withJoined('comments').get())).to.include({
      code: 'QUERY_IMPOSSIBLE',
    });
  });

  it('limits what it loads for each row', async () => {
    const made = [await blog.post(), await blog.post()];
    for (const { id: postId } of made) {
      await comments().createMany(['a', 'b', 'c', 'd'].map((text, likes) => ({ text, likes, postId })));
    }
    const { count, result } = await countStatements(blog.database, () =>
      posts()
        .query()
        .whereIn(
          'id',
          made.map(({ id }) => id),
        )
        .with('comments', (query) => query.orderBy('likes', 'desc').limit(2).offset(1))
        .get(),
    );
    expect(count).to.equal(2);
    for (const post of result) expect(post.comments.map(({ text }) => text)).to.deep.equal(['c', 'b']);
  });

  it('throws when a relation is touched that was not loaded, and is plain data otherwise', async () => {
    const { id } = await blog.post();
    const post = await posts().findOrFail(id);
    const touch = () => (post as typeof post & { comments: unknown }).comments;
    expect(touch)
      .to.throw(`The relation "comments" of this "blog.post" was not loaded. Add .with('comments')`)
      .with.property('code', 'RELATION_NOT_LOADED');
    const copy = { ...post };
    expect(Object.keys(copy)).to.not.include('comments');
    expect(JSON.parse(JSON.stringify(post))).to.deep.equal(copy);
    expect(post).to.deep.equal(copy);
    expect(structuredClone(post)).to.deep.equal(copy);
    expect(inspect(post)).to.equal(inspect(copy));
  });

  it('leaves related rows out that are marked as deleted, unless it is asked for them', async () => {
    const author = await blog.user();
    const post = await blog.post({ authorId: author.id });
    const comment = await comments().create({ text: 'On a deleted post', postId: post.id });
    await posts().delete(post.id);
    const query = comments().query().where({ id: comment.id });
    expect((await query.with('post').firstOrFail()).post).to.equal(null);
    expect((await query.withJoined('post').firstOrFail()).post).to.equal(null);
    const users = blog.data.repository(User).query().where({ id: author.id });
    expect((await users.with('posts').firstOrFail()).posts).to.deep.equal([]);
    const withDeleted = await users.with('posts', (inner) => inner.withDeleted()).firstOrFail();
    expect(withDeleted.posts.map(({ id }) => id)).to.deep.equal([post.id]);
    expect(await users.whereHas('posts').exists()).to.equal(false);
    expect(await users.withCount('posts').firstOrFail()).to.have.property('postsCount', 0);
  });

  it('finds rows by what is at the other end of their relations', async () => {
    const author = await blog.user({ name: 'Has' });
    const post = await blog.post({ authorId: author.id });
    const parent = await comments().create({ text: 'parent', likes: 5, postId: post.id });
    await comments().create({ text: 'reply', postId: post.id, parentId: parent.id, authorId: author.id });
    const tag = await tags().create({ name: 'has' });
    await posts().attach(post.id, 'tags', [tag.id]);
    const mine = posts().query().where({ authorId: author.id });
    expect(await mine.whereHas('comments', (one) => one.where('likes', '>', 4)).count()).to.equal(1);
    expect(await mine.whereHas('comments', (one) => one.where('likes', '>', 5)).count()).to.equal(0);
    expect(await mine.whereDoesntHave('comments').count()).to.equal(0);
    expect(await mine.whereHas('tags', (one) => one.where('name', 'has')).count()).to.equal(1);
    // Through itself and back: every table of the statement goes by a name of its own.
    const nested = mine.whereHas('comments', (one) =>
      one
        .where('likes', 5)
        .whereHas('replies', (two) =>
          two.where('text', 'reply').whereHas('parent', (three) => three.where('text', 'parent')),
        )
        .whereDoesntHave('author'),
    );
    expect(await nested.pluck('id')).to.deep.equal([post.id]);
    const either = mine.where((group) =>
      group
        .where('title', 'nothing')
        .orWhere((inner) => inner.whereHas('author', (a) => a.where('name', 'Has'))),
    );
    expect(await either.count()).to.equal(1);
    expect(
      await tags()
        .query()
        .whereHas('posts', (one) => one.where({ id: post.id }))
        .pluck('name'),
    ).to.deep.equal(['has']);
  });

  it('counts related rows, some or all', async () => {
    const post = await blog.post();
    await comments().createMany([
      { text: 'a', postId: post.id, likes: 1 },
      { text: 'b', postId: post.id },
    ]);
    const query = posts().query().where({ id: post.id });
    expect(await query.withCount('comments').withCount('tags').firstOrFail()).to.deep.equal({
      ...post,
      commentsCount: 2,
      tagsCount: 0,
    });
    const liked = query.withCount('comments', (one) => one.where('likes', '>', 0));
    expect((await liked.firstOrFail()).commentsCount).to.equal(1);
  });

  it('keeps the fields of pairs, from both sides', async () => {
    const post = await blog.post();
    const [a, b] = await tags().createMany([{ name: 'pair a' }, { name: 'pair b' }]);
    if (!a || !b) throw new Error('There are no tags.');
    await posts().attach(post.id, 'tags', [a.id, b.id], { weight: 3 });
    await posts().attach(post.id, 'tags', a.id);
    const loaded = await posts()
      .query()
      .where({ id: post.id })
      .with('tags', (t) => t.orderBy('name'))
      .firstOrFail();
    expect(loaded.tags.map(({ name, pivot }) => [name, pivot.weight])).to.deep.equal([
      ['pair a', 1],
      ['pair b', 3],
    ]);
    const back = await tags().query().where({ id: b.id }).with('posts').firstOrFail();
    expect(back.posts).to.deep.equal([{ ...post, pivot: { weight: 3 } }]);
    await posts().detach(post.id, 'tags', a.id);
    expect(
      await tags()
        .query()
        .whereHas('posts', (one) => one.where({ id: post.id }))
        .pluck('name'),
    ).to.deep.equal(['pair b']);
    await posts().detach(post.id, 'tags');
    expect(await posts().query().where({ id: post.id }).whereHas('tags').exists()).to.equal(false);
    const strange = posts().attach(post.id, 'tags', a.id, { wieght: 1 } as never);
    expect((await errorOf(strange)).message).to.include('Did you mean "weight"?');
    const missing = posts().attach(post.id, 'tags', '01a1fe1f-a99b-7450-b21d-fe95c9a45bcb');
    expect(await errorOf(missing)).to.include({ code: 'ROW_REFERENCE_MISSING' });
  });

  it('names a relation that is not there, and the one that was meant', async () => {
    const query = posts().query();
    // @ts-expect-error there is none of this name
    expect(() => query.with('autor')).to.throw('"blog.post" has no relation "autor". Did you mean "author"?');
    // @ts-expect-error nor here
    expect(() => query.with('comments.autor')).to.throw('"blog.comment" has no relation "autor"');
    // @ts-expect-error nor here
    expect(() => query.whereHas('tag')).to.throw('Did you mean "tags"?');
  });
});
