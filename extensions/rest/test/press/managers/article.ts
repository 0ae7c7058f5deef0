import { defineManager, defineMethod, Type } from 'backplane';
import { Article } from '../entities/article.ts';

export default defineManager(Article, {
  publish: defineMethod({
    summary: 'Lets everybody read it',
    input: Type.Object({ id: Type.String({ format: 'uuid' }), views: Type.Optional(Type.Integer()) }),
    output: Type.Object({ id: Type.String(), state: Type.String() }),
    run: ({ input: { id, views = 0 }, services }) =>
      services.data.repository(Article).update(id, { state: 'published', views }),
  }),
  countAll: defineMethod({
    output: Type.Object({ count: Type.Integer() }),
    run: async ({ services }) => ({ count: await services.data.repository(Article).count() }),
  }),
  touch: defineMethod({
    input: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    run: ({ input, services }) => services.data.repository(Article).find(input.id),
  }),
});
