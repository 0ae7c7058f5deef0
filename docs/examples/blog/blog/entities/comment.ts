import { belongsTo, can, defineEntity, type Entity, signedIn, Type, through } from 'backplane';

/** What somebody says of a post. Whoever is signed in may, and everybody reads it who may read the post. */
export const Comment = defineEntity('blog.comment', {
  fields: { text: Type.String({ minLength: 1, maxLength: 2000 }) },
  relations: {
    post: belongsTo('blog.post'),
    author: belongsTo('auth.user', { write: false }),
  },
  timestamps: true,
  access: {
    read: through('post', 'read'),
    create: signedIn().and({ post: { status: { eq: 'published' } }, authorId: { eq: '$actor.id' } }),
    update: { authorId: { eq: '$actor.id' } },
    delete: can('blog.comment:delete').or({ authorId: { eq: '$actor.id' } }),
  },
  sort: ['createdAt'],
  example: (fake) => ({ text: fake.lorem.sentence() }),
});
export type Comment = Entity<typeof Comment>;

declare module 'backplane' {
  interface Entities {
    'blog.comment': typeof Comment;
  }
}
