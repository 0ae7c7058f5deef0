import { BackplaneError, type Route, route } from 'backplane';
import { answerPage } from '../answer/page-answer.ts';
import { searchDocument } from '../document/list.ts';
import { searchQuery } from '../query/list-query.ts';
import { queryText } from '../query/parameters.ts';
import type { Served } from '../served.ts';
import { assertJson } from './body.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `POST /blog/posts/search` */
export function searchRoute(served: Served): Route {
  const { schema } = served.resource;
  const options = optionsOf(served, 'search', `Lists ${schema.plural}, by a request in the body`, () =>
    searchDocument(served),
  );
  return route.post(`${served.path}/search`, options, async (context) => {
    const { body, req, services } = context;
    assertJson(req, body);
    const query = searchQuery(served, asRequest(schema.name, body), queryText(req.url));
    return answerPage(
      served,
      context,
      await managerOf({ services }, served).search(query.reading, { deleted: query.deleted }),
      query,
    );
  });
}

function asRequest(entity: string, body: unknown = {}): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new BackplaneError('QUERY_INVALID', { entity, path: 'request', reason: 'It must be an object.' });
}
