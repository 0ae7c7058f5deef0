import { hooks } from 'backplane';
import { Post } from '../entities/post.ts';
import { slugOf } from '../slug.ts';

export default hooks.before(Post, 'create', ({ input, actor }) => {
  input.slug ??= slugOf(input.title);
  if (actor && input.authorId === undefined) input.authorId = actor.id;
});
