import { hooks } from 'backplane';
import { hasBadWords } from '../bad-words.ts';

export default [
  hooks.before('blog.comment', 'create', ({ input }) => {
    input.heldBack = hasBadWords(input.text);
  }),
  hooks.before('blog.comment', 'update', ({ input }) => {
    if (input.text !== undefined) input.heldBack = hasBadWords(input.text);
  }),
];
