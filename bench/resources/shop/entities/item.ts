import { belongsTo, can, defineEntity, type Entity, Type } from 'backplane';

/** What a team has for sale. */
export const Item = defineEntity('shop.item', {
  fields: {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    slug: Type.String({ maxLength: 100, write: false }),
    description: Type.String({ maxLength: 500 }),
    state: Type.Enum(['draft', 'published', 'archived'], { default: 'draft' }),
    price: Type.Integer({ minimum: 0 }),
  },
  relations: { category: belongsTo('shop.category') },
  scope: 'team',
  timestamps: true,
  indexes: [['state', 'price']],
  sort: ['price'],
  access: { read: can('shop.item:read'), create: can('shop.item:create') },
});
export type Item = Entity<typeof Item>;

declare module 'backplane' {
  interface Entities {
    'shop.item': typeof Item;
  }
}
