import { belongsTo, can, defineEntity, hasMany, manyToMany, Type } from 'backplane';

export const Article = defineEntity('press.article', {
  fields: {
    title: Type.String({ minLength: 1, maxLength: 100, contains: true }),
    slug: Type.Optional(Type.String({ maxLength: 50, unique: true })),
    body: Type.Optional(Type.String({ maxLength: 500 })),
    state: Type.Enum(['draft', 'published'], { default: 'draft', index: true }),
    views: Type.Integer({ default: 0, minimum: 0, maximum: 1_000_000, index: true }),
    rating: Type.Optional(Type.Number({ minimum: 0, maximum: 5 })),
    meta: Type.Optional(Type.Object({ source: Type.String({ maxLength: 20 }) })),
    secret: Type.String({ default: 'hidden', read: false, maxLength: 20 }),
    stamp: Type.String({ default: 'none', write: false, maxLength: 20 }),
    publishedAt: Type.Optional(Type.Timestamp({ index: true })),
  },
  relations: {
    author: belongsTo('press.author', { optional: true }),
    comments: hasMany('press.comment', { onDelete: 'cascade' }),
    tags: manyToMany('press.tag', { pivot: { weight: Type.Integer({ default: 1 }) } }),
    drafts: hasMany('press.internal'),
  },
  timestamps: true,
  softDelete: true,
  sort: ['title', 'views', 'createdAt', 'publishedAt'],
  search: ['title', 'body'],
  access: {
    read: can('press.article:read').or({ state: { eq: 'published' } }),
    publish: can('press.article:publish'),
  },
  example: (fake) => ({ title: fake.lorem.words(3), views: 7 }),
});

declare module 'backplane' {
  interface Entities {
    'press.article': typeof Article;
  }
}
