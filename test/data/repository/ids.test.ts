import { expect } from 'chai';
import { Post, Tag } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

onEveryDatabase('An id in upper case', (open) => {
  let blog: BlogData;
  before(async () => {
    blog = await openBlog(open);
  });
  const posts = () => blog.data.repository(Post);

  it('finds, changes and deletes its row', async () => {
    const post = await blog.post();
    const id = post.id.toUpperCase();
    expect((await posts().findOrFail(id)).id).to.equal(post.id);
    expect((await posts().update(id, { title: 'Loud' })).id).to.equal(post.id);
    expect(await posts().delete(id)).to.equal(true);
    expect((await posts().restore(id)).id).to.equal(post.id);
    expect(await posts().forceDelete(id)).to.equal(true);
  });

  it('meets conditions, and those of requests', async () => {
    const author = await blog.user();
    const post = await blog.post({ authorId: author.id.toUpperCase() });
    const id = post.id.toUpperCase();
    const query = posts().query();
    for (const found of [
      query.where({ id }),
      query.where('id', '=', id),
      query.whereIn('id', [id]),
      query.whereBetween('id', [id, id]),
      query.where('authorId', author.id.toUpperCase()),
      query.whereHas('author', (one) => one.where('id', author.id.toUpperCase())),
    ])
      expect(await found.pluck('id')).to.deep.equal([post.id]);
    const reader = blog.data.reader();
    expect((await reader.get('blog.post', id))?.id).to.equal(post.id);
    const filter = { id: { in: [id] }, authorId: { eq: author.id.toUpperCase() } };
    expect((await reader.list('blog.post', { filter })).rows.map((row) => row.id)).to.deep.equal([post.id]);
  });

  it('is attached and detached as in lower case, and once', async () => {
    const post = await blog.post();
    const tag = await blog.data.repository(Tag).create({ name: 'loud' });
    const id = post.id.toUpperCase();
    await posts().attach(id, 'tags', [tag.id.toUpperCase(), tag.id]);
    const tags = async () =>
      (await posts().query().with('tags').where('id', post.id).firstOrFail()).tags.map((one) => one.id);
    expect(await tags()).to.deep.equal([tag.id]);
    await posts().attach(post.id, 'tags', tag.id);
    expect(await tags()).to.deep.equal([tag.id]);
    await posts().detach(id, 'tags', tag.id.toUpperCase());
    expect(await tags()).to.deep.equal([]);
  });

  it('is not what a text is that can be no id', async () => {
    const post = await blog.post();
    for (const odd of ['', 'no-id', `{${post.id}}`, post.id.replaceAll('-', '')]) {
      expect(await posts().find(odd)).to.equal(undefined);
      expect(await posts().delete(odd)).to.equal(false);
      expect(await errorOf(posts().attach(post.id, 'tags', odd))).to.include({
        code: 'ROW_REFERENCE_MISSING',
      });
      expect(await errorOf(posts().attach(odd, 'tags', post.id))).to.include({
        code: 'ROW_REFERENCE_MISSING',
      });
      await posts().detach(odd, 'tags');
      await posts().detach(post.id, 'tags', [odd]);
    }
  });
});
