import { belongsTo, can, defineEntity, hasMany, manyToMany, Type } from 'backplane';

/** Entities with every kind of access rule, for tests. */
export const Product = defineEntity('shop.product', {
  fields: {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    code: Type.Optional(Type.String({ maxLength: 20, unique: true })),
    price: Type.Integer({ default: 0, minimum: 0 }),
    cost: Type.Integer({ default: 0 }),
    secret: Type.String({ default: 'x', read: false, maxLength: 20 }),
    stamp: Type.String({ default: 'none', write: false, maxLength: 20 }),
    state: Type.Enum(['draft', 'public'], { default: 'draft', index: true }),
    ownerId: Type.Optional(Type.String({ format: 'uuid' })),
    note: Type.Optional(Type.String({ maxLength: 200, rules: { polite: true } })),
  },
  relations: {
    shelf: belongsTo('shop.shelf', { optional: true }),
    tags: manyToMany('shop.tag'),
  },
  timestamps: true,
  softDelete: true,
  sort: ['name', 'price', 'cost', 'createdAt'],
  search: ['name'],
  access: {
    read: can('shop.product:read')
      .or({ state: { eq: 'public' } })
      .or({ ownerId: { eq: '$actor.id' } }),
    update: can('shop.product:update').or({ ownerId: { eq: '$actor.id' } }),
    delete: { ownerId: { eq: '$actor.id' } },
  },
});

export const Shelf = defineEntity('shop.shelf', {
  fields: {
    label: Type.String({ maxLength: 20, index: true }),
    hidden: Type.Boolean({ default: false }),
  },
  relations: { products: hasMany('shop.product') },
  access: { read: { hidden: { eq: false } }, create: can('shop.shelf:create') },
});

/** Says nothing of access. */
export const Tag = defineEntity('shop.tag', {
  fields: { name: Type.String({ maxLength: 20, unique: true }) },
  relations: { products: manyToMany('shop.product', { inverse: 'tags' }) },
});

declare module 'backplane' {
  interface Entities {
    'shop.product': typeof Product;
    'shop.shelf': typeof Shelf;
    'shop.tag': typeof Tag;
  }
  interface Actor {
    /** Of the authority of these tests. */
    readonly granted?: Readonly<Record<string, readonly import('backplane').Grant[]>>;
  }
}
