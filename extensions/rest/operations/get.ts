import { type Route, route } from 'backplane';
import { answerRow } from '../answer/row-answer.ts';
import { getDocument } from '../document/row.ts';
import { queryText } from '../query/parameters.ts';
import { Recent } from '../query/recent.ts';
import { type RowQuery, readRowQuery } from '../query/row-query.ts';
import type { Served } from '../served.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `GET /blog/posts/:id` */
export function getRoute(served: Served): Route {
  const { schema } = served.resource;
  const find = rowQueryFinder(served, 'get');
  const options = optionsOf(served, 'get', `One of the ${schema.plural}`, () => getDocument(served));
  return route.get(`${served.path}/:id`, options, async (context) => {
    const query = find(queryText(context.req.url));
    const { id = '' } = context.params;
    const row = await managerOf(context, served).get(id, query.reading);
    return answerRow(served, context, row, query);
  });
}

/** As for lists: each is read once, unless a hook may change it. */
export function rowQueryFinder(served: Served, operation: string): (text: string) => RowQuery {
  const recent = new Recent<RowQuery>();
  const read = (text: string): RowQuery => readRowQuery(served, text);
  const plain = read('');
  if (served.resource.chain(operation) !== undefined) return read;
  return (text) => (text === '' ? plain : recent.get(text, read));
}
