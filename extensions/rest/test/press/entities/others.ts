import { belongsTo, defineEntity, everybody, hasMany, manyToMany, signedIn, Type } from 'backplane';

export const Author = defineEntity('press.author', {
  fields: {
    name: Type.String({ maxLength: 50, index: true }),
    password: Type.Optional(Type.String({ maxLength: 50, read: false })),
  },
  relations: { articles: hasMany('press.article') },
  access: { read: everybody() },
});

/** Without timestamps. */
export const Comment = defineEntity('press.comment', {
  fields: { text: Type.String({ maxLength: 200, index: true }), spam: Type.Boolean({ default: false }) },
  relations: { article: belongsTo('press.article') },
  access: { read: { spam: { eq: false } }, create: signedIn(), update: signedIn(), delete: signedIn() },
});

export const Tag = defineEntity('press.tag', {
  fields: { name: Type.String({ maxLength: 20, unique: true }) },
  relations: { articles: manyToMany('press.article', { inverse: 'tags' }) },
  access: { read: everybody(), aggregate: everybody() },
});

/** Not served. */
export const Internal = defineEntity('press.internal', {
  fields: { note: Type.String({ maxLength: 20 }) },
  relations: { article: belongsTo('press.article') },
  access: { read: everybody() },
  expose: { rest: false },
});

declare module 'backplane' {
  interface Entities {
    'press.author': typeof Author;
    'press.comment': typeof Comment;
    'press.tag': typeof Tag;
    'press.internal': typeof Internal;
  }
}
