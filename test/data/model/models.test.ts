import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compileEntities, Database, DataContext } from 'backplane/data';
import { expect } from 'chai';
import { Models } from '../../../kernel/data/model/models.ts';
import { blog, Comment, createBlog, Post, Profile, Tag, User } from '../support/blog.ts';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

onEveryDatabase('A model', (open, dialect) => {
  let database: Database;
  before(async () => {
    database = await open();
    await createBlog(database);
  });
  const models = () => new Models({ get: () => database }, blog);

  it('turns fields into columns and back', () => {
    const post = models().get('blog.post');
    const columns = post.toColumns({
      authorId: 'A',
      featured: true,
      publishedAt: '2026-01-01T01:00:00+01:00',
    });
    expect(columns).to.deep.equal({
      author_id: 'a',
      featured: dialect === 'postgres' ? true : 1,
      published_at: dialect === 'mysql' ? '2026-01-01 00:00:00.000' : '2026-01-01T00:00:00.000Z',
    });
    expect(post.fromColumns(columns)).to.deep.include({
      authorId: 'a',
      featured: true,
      publishedAt: '2026-01-01T00:00:00.000Z',
      title: null,
    });
  });

  it('is known to Objection with its columns and relations, without asking the database', async () => {
    const { class: Class } = models().get('blog.post');
    expect(Class.tableName).to.equal('blog_posts');
    expect(Object.keys(Class.getRelations())).to.have.members(['author', 'editor', 'comments', 'tags']);
    const made = Class.fromJson({ title: 'A', authorId: 'b', featured: false });
    const featured = dialect === 'postgres' ? false : 0;
    expect(made.$toDatabaseJson()).to.deep.equal({ title: 'A', author_id: 'b', featured });
    const read = Class.fromDatabaseJson({ author_id: 'b', featured, count: 3 });
    expect(read.$toJson()).to.deep.equal({ authorId: 'b', featured: false, count: 3 });
    const sql = Class.query(database.knex).joinRelated('tags').toKnexQuery().toSQL().sql;
    expect(sql).to.include('blog_posts_tags');
  });
});

describe('The models of a catalog', () => {
  it('are collected with it when another has taken its place', async () => {
    await using database = new Database({ url: 'sqlite::memory:' });
    await createBlog(database);
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('There is no gc.');
    const use = async (): Promise<WeakRef<object>> => {
      const definitions = [User, Profile, Post, Comment, Tag];
      const catalog = compileEntities(definitions.map((value) => ({ value, owner: 'blog' })));
      const data = new DataContext({ databases: { get: () => database }, catalog });
      const author = await data.repository(User).create({ name: 'A', email: `${Math.random()}@example.org` });
      await data
        .repository(Post)
        .query()
        .where({ authorId: author.id })
        .whereHas('tags')
        .with('author')
        .get();
      await data.repository(User).query().where({ id: author.id }).update({ age: 3 });
      return new WeakRef(catalog);
    };
    const references = [await use(), await use()];
    for (let round = 0; round < 20 && references.some((one) => one.deref()); round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    expect(references.map((one) => one.deref())).to.deep.equal([undefined, undefined]);
  });

  it('know no relation into another database, and say what to do', async () => {
    await using first = new Database({ url: 'sqlite::memory:' });
    await using second = new Database({ url: 'sqlite::memory:', name: 'second' });
    await createBlog(first);
    const apart = { ...Tag, options: { ...Tag.options, database: 'second' } };
    const catalog = compileEntities(
      [User, Profile, Post, Comment, apart].map((value) => ({ value, owner: 'blog' })),
    );
    const databases = { get: (name?: string) => (name === 'second' ? second : first) };
    const data = new DataContext({ databases, catalog });
    const error = await errorOf(() => data.repository(Post).query().with('tags'));
    expect(error).to.include({ code: 'RELATION_ACROSS_DATABASES' });
    expect(error.message).to.include('Query "blog.tag" by its key instead');
  });
});
