import {
  belongsTo,
  compileEntities,
  defineEntity,
  extendEntity,
  hasMany,
  manyToMany,
  Type,
} from 'backplane/data';
import { expect } from 'chai';
import { tablesOf } from '../../../kernel/data/table/table.ts';
import { FaultList } from '../../../kernel/errors.ts';
import { blog } from '../support/blog.ts';

const by = (owner: string, ...values: Parameters<typeof compileEntities>[0][number]['value'][]) =>
  values.map((value) => ({ value, owner }));

function faultsOf(contributions: Parameters<typeof compileEntities>[0]): string {
  try {
    compileEntities(contributions);
  } catch (error) {
    return error instanceof FaultList ? error.errors.map(({ message }) => message).join('\n') : String(error);
  }
  return '';
}

describe('The catalog of entities', () => {
  it('gives an entity its id, keys, timestamps and mark of deletion', () => {
    expect([...blog.get('blog.post').fields.keys()]).to.include.members([
      'id',
      'title',
      'authorId',
      'editorId',
      'createdAt',
      'updatedAt',
      'deletedAt',
    ]);
    expect(blog.get('blog.post').table).to.equal('blog_posts');
    expect(blog.get('blog.post').fields.get('authorId')).to.deep.include({
      column: 'author_id',
      nullable: false,
      index: true,
      references: { entity: 'blog.user', onDelete: 'restrict' },
    });
  });

  it('finds the key of hasMany and hasOne at the other side, with what it says about deleting', () => {
    expect(blog.get('blog.post').relations.get('comments')).to.deep.include({
      kind: 'hasMany',
      key: 'postId',
    });
    expect(blog.get('blog.comment').fields.get('postId')?.references?.onDelete).to.equal('cascade');
    expect(blog.get('blog.profile').fields.get('userId')).to.deep.include({ unique: true });
  });

  it('sees a relation through a pivot from both sides', () => {
    expect(blog.get('blog.post').relations.get('tags')).to.deep.include({
      ownColumn: 'post_id',
      targetColumn: 'tag_id',
    });
    expect(blog.get('blog.tag').relations.get('posts')).to.deep.include({
      ownColumn: 'tag_id',
      targetColumn: 'post_id',
    });
    expect(tablesOf(blog).map(({ name }) => name)).to.include('blog_posts_tags');
  });

  it('takes the additions of another extension, and knows whose they are', () => {
    const catalog = compileEntities([
      ...by('shop', defineEntity('shop.product', { fields: { name: Type.String() } })),
      ...by('reviews', extendEntity('shop.product', { fields: { stars: Type.Optional(Type.Number()) } })),
    ]);
    expect(catalog.get('shop.product').fields.get('stars')).to.deep.include({
      owner: 'reviews',
      nullable: true,
    });
  });

  it('tells all faults at once, each with its entity and what to do', () => {
    const faults = faultsOf([
      ...by(
        'shop',
        defineEntity('shop.product', {
          fields: {
            and: Type.String(),
            Name: Type.String(),
            body: Type.String({ index: true, maxLength: 900 }),
          },
          relations: { maker: belongsTo('shop.markers'), parts: hasMany('shop.part') },
          sort: ['nmae'],
        }),
        defineEntity('shop.part', { fields: {} }),
        defineEntity('shop.maker', { fields: {} }),
        defineEntity('store.thing', { fields: {} }),
      ),
      ...by('reviews', extendEntity('shop.prodcut', { fields: {} })),
    ]);
    expect(faults).to.include('"and" is a name of the framework');
    expect(faults).to.include('"Name" must be in camel case');
    expect(faults).to.include('"body" cannot be indexed: give it a maxLength of 700 at most');
    expect(faults).to.include(
      'Its relation "maker" leads to "shop.markers", which nobody defines. Did you mean "shop.maker"?',
    );
    expect(faults).to.include(`Give "shop.part" a belongsTo('shop.product')`);
    expect(faults).to.include('"nmae" in "sort" is no field of it');
    expect(faults).to.include('Its name must begin with the extension that defines it: "shop.thing"');
    expect(faults).to.include('It is extended, and nobody defines it. Did you mean "shop.product"?');
  });

  it('lets nobody search what may not be read', () => {
    const fields = { secret: Type.String({ read: false }) };
    expect(faultsOf(by('shop', defineEntity('shop.user', { fields, search: ['secret'] })))).to.include(
      '"secret" in "search" is no text that may be read',
    );
  });

  it('refuses two entities in one table, and the same name twice', () => {
    const faults = faultsOf(
      by(
        'shop',
        defineEntity('shop.product', { fields: {} }),
        defineEntity('shop.product', { fields: {} }),
        defineEntity('shop.item', { fields: {}, table: 'shop_products' }),
      ),
    );
    expect(faults).to.include('It is defined twice');
    expect(faults).to.include('Its table "shop_products" is that of "shop.product" too');
  });

  it('refuses a relation to itself whose columns would have one name', () => {
    const faults = faultsOf(
      by('shop', defineEntity('shop.item', { fields: {}, relations: { items: manyToMany('shop.item') } })),
    );
    expect(faults).to.include('Both columns of its relation "items" would be "item_id"');
  });

  it('names both columns of a relation to itself apart', () => {
    const catalog = compileEntities(
      by('shop', defineEntity('shop.user', { fields: {}, relations: { friends: manyToMany('shop.user') } })),
    );
    expect(catalog.get('shop.user').relations.get('friends')).to.deep.include({
      ownColumn: 'user_id',
      targetColumn: 'friend_id',
    });
  });
});
