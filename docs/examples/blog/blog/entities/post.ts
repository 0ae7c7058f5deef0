import { belongsTo, can, defineEntity, type Entity, hasMany, manyToMany, Type } from 'backplane';

/** A post of a team: its members write it, everybody reads what is published. */
export const Post = defineEntity('blog.post', {
  fields: {
    title: Type.String({ minLength: 1, maxLength: 200, index: true, rules: { 'no-shouting': true } }),
    slug: Type.String({ maxLength: 220, unique: true, write: false }),
    body: Type.Optional(Type.String({ maxLength: 20_000 })),
    status: Type.Enum(['draft', 'published'], { default: 'draft', index: true, write: false }),
  },
  relations: {
    author: belongsTo('auth.user', { write: false }),
    comments: hasMany('blog.comment', { onDelete: 'cascade' }),
    tags: manyToMany('blog.tag'),
  },
  scope: 'team',
  timestamps: true,
  softDelete: true,
  access: {
    read: can('blog.post:read').or({ status: { eq: 'published' } }),
    update: can('blog.post:update')
      .and({ authorId: { eq: '$actor.id' } })
      .or(can('blog.post:edit')),
  },
  sort: ['createdAt', 'title'],
  search: ['title', 'body'],
  example: (fake) => ({
    title: fake.lorem.sentence(),
    body: fake.lorem.paragraph(),
    slug: fake.lorem.slug(4),
  }),
});
export type Post = Entity<typeof Post>;

declare module 'backplane' {
  interface Entities {
    'blog.post': typeof Post;
  }
}
