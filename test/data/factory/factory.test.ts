import {
  belongsTo,
  compileEntities,
  Database,
  DataContext,
  defineEntity,
  type Factory,
  manyToMany,
  Type,
  tablesOf,
} from 'backplane/data';
import { countStatements } from 'backplane/testing';
import { expect } from 'chai';
import { createTable } from '../../../kernel/data/table/build.ts';
import { Comment, Post, Profile, Tag, User } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

onEveryDatabase('A factory', (open) => {
  let blog: BlogData;
  before(async () => {
    blog = await openBlog(open);
  });

  it('creates rows with all that they need, in few statements', async () => {
    const { count, result } = await countStatements(blog.database, () =>
      blog.data.factory(Post).createMany(50),
    );
    expect(result).to.have.length(50);
    expect(new Set(result.map(({ authorId }) => authorId))).to.have.property('size', 50);
    expect(new Set(result.map(({ slug }) => slug))).to.have.property('size', 50);
    expect(count).to.be.at.most(8);
    expect(await blog.data.repository(Post).find(result[7]?.id ?? '')).to.deep.equal(result[7]);
  });

  it('takes states, sequences and overrides, the last of which counts', async () => {
    const posts = blog.data.factory(Post).state({ status: 'published' });
    const numbered = posts.state((fake, index) => ({ views: index, body: fake.lorem.word() }));
    const rows = await numbered
      .sequence({ title: 'odd' }, { title: 'even' })
      .createMany(3, { featured: true });
    expect(rows.map(({ title, views, status, featured }) => [title, views, status, featured])).to.deep.equal([
      ['odd', 0, 'published', true],
      ['even', 1, 'published', true],
      ['odd', 2, 'published', true],
    ]);
    expect(await posts.create({ status: 'draft' })).to.have.property('status', 'draft');
    expect(posts.make()).to.have.property('status', 'published');
  });

  it('ties rows to one that is there, or to one made for all of them', async () => {
    const ann = await blog.user();
    const posts = await blog.data.factory(Post).for('author', ann).createMany(2);
    expect(posts.map(({ authorId }) => authorId)).to.deep.equal([ann.id, ann.id]);
    const editor = blog.data.factory(User).state({ name: 'The editor' });
    const [first, second] = await blog.data.factory(Post).for('editor', editor).createMany(2);
    expect(first?.editorId).to.be.a('string').and.equal(second?.editorId);
    expect(await blog.data.repository(User).find(first?.editorId ?? '')).to.have.property(
      'name',
      'The editor',
    );
  });

  it('makes rows that belong to them, of every kind of relation', async () => {
    const comments = blog.data.factory(Comment).state({ likes: 3 });
    const posts = await blog.data.factory(Post).has('comments', comments, 3).has('tags', 2).createMany(2);
    const loaded = await blog.data
      .repository(Post)
      .query()
      .whereIn(
        'id',
        posts.map(({ id }) => id),
      )
      .with('comments', 'tags')
      .get();
    for (const post of loaded) {
      expect(post.comments.map(({ likes }) => likes)).to.deep.equal([3, 3, 3]);
      expect(post.tags.map(({ pivot }) => pivot.weight)).to.deep.equal([1, 1]);
    }
    const user = await blog.data.factory(User).has('profile').create();
    expect(await blog.data.repository(Profile).count({ userId: user.id })).to.equal(1);
    expect(() => blog.data.factory(Post).has('author')).to.throw(".for('author'");
  });

  it('makes one row of the other side when it is told of none', async () => {
    const [first, second] = await blog.data.factory(Post).for('editor').createMany(2);
    expect(first?.editorId).to.be.a('string').and.equal(second?.editorId);
    // @ts-expect-error rows do not belong to these
    expect(() => blog.data.factory(Post).for('comments')).to.throw(".has('comments'");
  });

  it('gives pairs their fields: what is given, and what their schemas ask for', async () => {
    const weights = async (factory: Factory<typeof Post>): Promise<readonly number[]> => {
      const { id } = await factory.create();
      const post = await blog.data.repository(Post).query().where({ id }).with('tags').firstOrFail();
      return post.tags.map(({ pivot }) => pivot.weight).sort();
    };
    const posts = blog.data.factory(Post);
    expect(await weights(posts.has('tags', 2, { pivot: { weight: 4 } }))).to.deep.equal([4, 4]);
    const tags = blog.data.factory(Tag);
    const numbered = posts.has('tags', tags, 3, { pivot: (_, index) => ({ weight: index }) });
    expect(await weights(numbered)).to.deep.equal([0, 1, 2]);
  });

  it('keeps nothing when one of its rows is refused', async () => {
    const count = await blog.data.repository(User).count();
    const failing = blog.data.factory(Post).state({ slug: 'same' }).createMany(2);
    expect(await errorOf(failing)).to.include({ code: 'ROW_DUPLICATE' });
    expect(await blog.data.repository(User).count()).to.equal(count);
  });
});

describe('The values of a factory', () => {
  const Thing = defineEntity('test.thing', {
    fields: {
      code: Type.String({ pattern: '^[A-Z]{2}-\\d{3,5}(-(x|y)+)?$', unique: true }),
      slug: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 40 }),
      email: Type.String({ format: 'email', unique: true }),
      short: Type.String({ minLength: 3, maxLength: 5 }),
      long: Type.String({ minLength: 300 }),
      even: Type.Integer({ minimum: 10, maximum: 20, multipleOf: 2 }),
      below: Type.Integer({ maximum: -5 }),
      share: Type.Number({ minimum: 0, maximum: 1 }),
      kind: Type.Enum(['a', 'b']),
      level: Type.Enum([1, 2]),
      on: Type.Boolean(),
      at: Type.Timestamp(),
      day: Type.String({ format: 'date' }),
      link: Type.String({ format: 'uri' }),
      list: Type.Array(Type.Integer(), { minItems: 2 }),
      nested: Type.Object({ a: Type.String(), b: Type.Object({ c: Type.Number() }) }),
      vector: Type.Vector(4),
      either: Type.Union([Type.Literal('x'), Type.Integer()]),
      maybe: Type.Optional(Type.String()),
      usual: Type.String({ default: 'usual' }),
    },
  });
  const Named = defineEntity('test.named', {
    fields: { name: Type.String({ unique: true, maxLength: 10 }), count: Type.Integer({ minimum: 1 }) },
    example: () => ({ name: 'Everybody' }),
  });
  const Knot = defineEntity('test.knot', { fields: {}, relations: { other: belongsTo('test.loop') } });
  const Loop = defineEntity('test.loop', { fields: {}, relations: { knot: belongsTo('test.knot') } });
  const Odd = defineEntity('test.odd', { fields: { odd: Type.String({ pattern: '^(?=.*z)q(?!x)$' }) } });
  const catalog = compileEntities([Thing, Named, Knot, Loop, Odd].map((value) => ({ value, owner: 'test' })));
  const database = new Database({ url: 'sqlite::memory:' });
  after(() => database.close());
  const context = (seed?: number) =>
    new DataContext({
      databases: { get: () => database },
      catalog,
      now: () => Date.UTC(2026, 0, 1),
      ...(seed === undefined ? {} : { seed }),
    });

  it('fit the schemas of fields, where the entity has no example', () => {
    for (const thing of context(1).factory(Thing).makeMany(50)) {
      expect(thing.code).to.match(/^[A-Z]{2}-\d{3,5}(-(x|y)+)?$/);
      expect(thing.slug).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(thing.email).to.match(/^[^@]+@[^@]+$/);
      expect(thing.short.length).to.be.within(3, 5);
      expect(thing.long.length).to.be.at.least(300);
      expect(thing.even % 2).to.equal(0);
      expect(thing.even).to.be.within(10, 20);
      expect(thing.below).to.be.at.most(-5);
      expect(thing.share).to.be.within(0, 1);
      expect(['a', 'b']).to.include(thing.kind);
      expect([1, 2]).to.include(thing.level);
      expect(thing.on).to.be.a('boolean');
      expect(new Date(thing.at).toISOString()).to.equal(thing.at);
      expect(thing.day).to.match(/^\d{4}-\d{2}-\d{2}$/);
      expect(new URL(thing.link).protocol).to.match(/^http/);
      expect(thing.list.length).to.be.at.least(2);
      expect(thing.nested.b.c).to.be.a('number');
      expect(thing.vector).to.have.length(4);
      expect(thing).to.not.have.any.keys('maybe', 'usual');
    }
  });

  it('are the same again with the same seed', () => {
    const made = [7, 7, 8].map((seed) => context(seed).factory(Thing).makeMany(3));
    expect(made[0]).to.deep.equal(made[1]);
    expect(made[0]).to.not.deep.equal(made[2]);
  });

  it('are unique where they must be, even if the example is always the same', () => {
    const names = context()
      .factory(Named)
      .makeMany(12)
      .map(({ name }) => name);
    expect(names.slice(0, 2)).to.deep.equal(['Everybody', 'Everybod-2']);
    expect(new Set(names)).to.have.property('size', 12);
    for (const name of names) expect(name.length).to.be.at.most(10);
  });

  it('cannot be told from every pattern; then it says what to do', () => {
    expect(() => context().factory(Odd).make()).to.throw('Give the entity an "example"');
  });

  it('show a circle of rows that need each other by its path', async () => {
    const error = await errorOf(context().factory(Knot).create());
    expect(error.message).to.include('test.knot → test.loop → test.knot');
  });

  it('are made for required fields of pairs, too', async () => {
    const Order = defineEntity('test.order', {
      fields: {},
      relations: {
        items: manyToMany('test.item', {
          pivot: { quantity: Type.Integer({ minimum: 1, maximum: 9 }), note: Type.Optional(Type.String()) },
        }),
      },
    });
    const Item = defineEntity('test.item', { fields: { name: Type.String() } });
    const shop = compileEntities([Order, Item].map((value) => ({ value, owner: 'test' })));
    await using own = new Database({ url: 'sqlite::memory:' });
    for (const table of tablesOf(shop)) {
      for (const sql of createTable(own.knex, own.dialect, table, true)) await own.execute(sql);
    }
    const data = new DataContext({ databases: { get: () => own }, catalog: shop, seed: 1 });
    const { id } = await data.factory(Order).has('items', 20).create();
    const pairs = await own.run('select quantity, note from test_orders_items where order_id = ?', [id]);
    expect(new Set(pairs.map(({ quantity }) => quantity)).size).to.be.within(2, 9);
    expect(pairs).to.have.length(20);
  });

  it('need no database', () => {
    expect(context().factory(Thing).make({ kind: 'b' })).to.have.property('kind', 'b');
  });
});
