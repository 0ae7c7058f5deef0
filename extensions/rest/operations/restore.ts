import { type Route, route } from 'backplane';
import { answerRow } from '../answer/row-answer.ts';
import { restoreDocument } from '../document/write.ts';
import { once } from '../idempotency/once.ts';
import { queryText } from '../query/parameters.ts';
import type { Served } from '../served.ts';
import { rowQueryFinder } from './get.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `POST /blog/posts/:id/restore` */
export function restoreRoute(served: Served): Route {
  const { schema } = served.resource;
  const find = rowQueryFinder(served, 'restore');
  const options = optionsOf(served, 'restore', `Brings back one of the ${schema.plural}`, () =>
    restoreDocument(served),
  );
  return route.post(`${served.path}/:id/restore`, options, (context) =>
    once(served, context, async () => {
      const query = find(queryText(context.req.url));
      const { id = '' } = context.params;
      const row = await managerOf(context, served).restore(id, query.reading);
      return answerRow(served, context, row, query);
    }),
  );
}
