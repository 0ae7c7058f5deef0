import { hooks } from 'backplane';
import { Comment } from '../entities/comment.ts';

/** Nobody speaks in another's name. */
export default hooks.before(Comment, 'create', ({ input, actor }) => {
  if (actor) input.authorId = actor.id;
});
