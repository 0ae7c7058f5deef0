import { expect } from 'chai';
import { Comment, Post, Profile, User } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

const nobody = '01a1fe1f-a99b-7450-b21d-fe95c9a45bcb';

onEveryDatabase('A repository whose database refuses', (open) => {
  let blog: BlogData;
  before(async () => {
    blog = await openBlog(open);
  });

  it('names the field whose value is there already', async () => {
    await blog.post({ slug: 'taken' });
    const other = await blog.post();
    for (const work of [
      blog.post({ slug: 'taken' }),
      blog.data.repository(Post).update(other.id, { slug: 'taken' }),
      blog.data.repository(Post).query().where({ id: other.id }).update({ slug: 'taken' }),
    ]) {
      const error = await errorOf(work);
      expect(error).to.include({ code: 'ROW_DUPLICATE', status: 409 });
      expect(error).to.have.deep.property('details', { entity: 'blog.post', fields: ['slug'] });
    }
  });

  it('names the id, when that is there already, and the key of a relation to one', async () => {
    const user = await blog.user();
    const again = await errorOf(blog.user({ id: user.id }));
    expect(again).to.have.deep.property('details', { entity: 'blog.user', fields: ['id'] });
    const profiles = blog.data.repository(Profile);
    await profiles.create({ biography: 'One', userId: user.id });
    const second = await errorOf(profiles.create({ biography: 'Two', userId: user.id }));
    expect(second).to.have.deep.property('details', { entity: 'blog.profile', fields: ['userId'] });
  });

  it('names the key that leads nowhere', async () => {
    const post = await blog.post();
    for (const [work, fields] of [
      [blog.post({ authorId: nobody }), ['authorId']],
      [blog.data.repository(Post).update(post.id, { editorId: nobody }), ['editorId']],
      [blog.data.repository(Post).query().where({ id: post.id }).update({ authorId: nobody }), ['authorId']],
      [
        blog.data.repository(Comment).createMany([
          { text: 'a', postId: post.id },
          { text: 'b', postId: post.id, parentId: nobody },
        ]),
        ['parentId'],
      ],
    ] as const) {
      const error = await errorOf(work);
      expect(error).to.include({ code: 'ROW_REFERENCE_MISSING', status: 422 });
      expect(error).to.have.deep.nested.property('details.fields', fields);
    }
  });

  it('names whose rows keep one from being deleted', async () => {
    const author = await blog.user();
    const post = await blog.post({ authorId: author.id });
    const users = blog.data.repository(User);
    for (const work of [users.delete(author.id), users.query().where({ id: author.id }).delete()]) {
      const error = await errorOf(work);
      expect(error).to.include({ code: 'ROW_REFERENCED', status: 409 });
      expect(error).to.have.deep.nested.property('details.by', [{ entity: 'blog.post', field: 'authorId' }]);
    }
    // A row that is only marked still belongs to it.
    await blog.data.repository(Post).delete(post.id);
    expect(await errorOf(users.delete(author.id))).to.include({ code: 'ROW_REFERENCED' });
    await blog.data.repository(Post).forceDelete(post.id);
    expect(await users.delete(author.id)).to.equal(true);
  });

  it('deletes what belongs to a row with it, where the relation says so', async () => {
    const post = await blog.post();
    const { id } = await blog.data.repository(Comment).create({ text: 'a', postId: post.id });
    await blog.data.repository(Post).forceDelete(post.id);
    expect(await blog.data.repository(Comment).find(id)).to.equal(undefined);
    const editor = await blog.user();
    const edited = await blog.post({ editorId: editor.id });
    await blog.data.repository(User).delete(editor.id);
    expect(await blog.data.repository(Post).find(edited.id)).to.have.property('editorId', null);
  });

  it('names a value that is NULL in a column that takes none', async () => {
    const post = await blog.post();
    const { dialect } = blog.database;
    // Behind the back of the entity, as a migration of another version might.
    if (dialect === 'sqlite') return;
    const alter =
      dialect === 'postgres'
        ? 'alter table blog_posts alter column body set not null'
        : 'alter table blog_posts modify body longtext not null';
    await blog.data.repository(Post).query().withDeleted().update({ body: '' });
    await blog.database.knex.raw(alter);
    const error = await errorOf(blog.data.repository(Post).update(post.id, { body: null }));
    expect(error).to.include({ code: 'ROW_INVALID' });
    expect(error.message).to.include('"body" must not be null');
  });
});
