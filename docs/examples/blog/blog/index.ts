/** What other extensions may use of this one. */
export { Comment } from './entities/comment.ts';
export { Post } from './entities/post.ts';
