import { type Route, route } from 'backplane';
import { updateManyDocument } from '../document/write.ts';
import { queryText } from '../query/parameters.ts';
import type { Served } from '../served.ts';
import { assertFew, assertJson, assertNoVersion } from './body.ts';
import { answerRows, readManyQuery } from './create.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `PATCH /blog/posts`: each with the `id` of its row, all or none */
export function updateManyRoute(served: Served): Route {
  const { schema } = served.resource;
  const options = optionsOf(served, 'update many', `Changes several ${schema.plural}, all or none`, () =>
    updateManyDocument(served),
  );
  return route.patch(served.path, options, async (context) => {
    const { req, body, services } = context;
    assertJson(req, body);
    assertNoVersion(req);
    const query = readManyQuery(served, queryText(req.url));
    if (Array.isArray(body)) assertFew(body.length, served.settings.bulkRows);
    const rows = await managerOf({ services }, served).updateMany(body as never);
    return answerRows(served, context, rows, query);
  });
}
