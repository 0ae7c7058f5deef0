import { can, extendEntity, Type } from 'backplane';

/** Comments with bad words are held back: only their authors and moderators see them. */
export const ModeratedComment = extendEntity('blog.comment', {
  fields: { heldBack: Type.Boolean({ default: false, index: true, write: false }) },
  access: {
    read: can('blog.comment:moderate')
      .or({ heldBack: { eq: false } })
      .or({ authorId: { eq: '$actor.id' } }),
  },
});

declare module 'backplane' {
  interface EntityExtensions {
    'blog-moderation/blog.comment': typeof ModeratedComment;
  }
}
