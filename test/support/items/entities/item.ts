import { belongsTo, can, defineEntity, type Entity, hasMany, Type } from 'backplane';

export const Item = defineEntity('items.item', {
  fields: {
    title: Type.String({ maxLength: 100, index: true }),
    price: Type.Integer({ default: 0, index: true }),
    state: Type.Enum(['draft', 'shown'], { default: 'draft' }),
    keeperId: Type.Optional(Type.String({ format: 'uuid' })),
  },
  relations: { notes: hasMany('items.note', { onDelete: 'cascade' }) },
  scope: 'team',
  sort: ['title', 'price', 'state'],
  search: ['title'],
  example: (fake) => ({ title: fake.commerce.productName() }),
});
export type Item = Entity<typeof Item>;

export const Note = defineEntity('items.note', {
  fields: {
    text: Type.String({ maxLength: 100 }),
    stars: Type.Optional(Type.Integer()),
  },
  relations: { item: belongsTo('items.item') },
  scope: 'team',
  sort: ['text', 'stars'],
});

/** Of no team. */
export const Label = defineEntity('items.label', {
  fields: { name: Type.String({ maxLength: 100 }) },
  access: { read: can('items.label:read') },
});

declare module 'backplane' {
  interface Entities {
    'items.item': typeof Item;
    'items.note': typeof Note;
    'items.label': typeof Label;
  }
}
