import { can, defineManager, defineMethod, Type } from 'backplane';
import { Post } from '../entities/post.ts';

export default defineManager(Post, {
  publish: defineMethod({
    summary: 'Lets everybody read a post',
    input: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    access: can('blog.post:publish'),
    run: ({ input, services }) =>
      services.managers.asSystem().of(Post).update(input.id, { status: 'published' }),
  }),
});
