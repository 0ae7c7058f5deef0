import type { Manager, Route, RouteContext } from 'backplane';
import { type Reply, route } from 'backplane';
import type { ReadPage } from 'backplane/data';
import { answerPage } from '../answer/page-answer.ts';
import { listDocument } from '../document/list.ts';
import { type ListQuery, readListQuery, UnreadableQuery } from '../query/list-query.ts';
import { queryText } from '../query/parameters.ts';
import { errorOf, faultsBesides, noRows } from '../query/query-error.ts';
import { Recent } from '../query/recent.ts';
import type { Served } from '../served.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `GET /blog/posts` */
export function listRoute(served: Served): Route {
  const { schema } = served.resource;
  const find = queryFinder(served);
  const options = optionsOf(served, 'list', `Lists ${schema.plural}`, () => listDocument(served));
  return route.get(served.path, options, (context) =>
    readPage(served, context, find, (manager, { reading, deleted }) => manager.list(reading, { deleted })),
  );
}

export type FindQuery = (text: string) => ListQuery;

/** Reads each query once: clients ask the same again and again. A hook may change what it is given, and gets its own. */
export function queryFinder(served: Served): FindQuery {
  const recent = new Recent<ListQuery>();
  const read = (text: string): ListQuery => readListQuery(served, text);
  if (served.resource.chain('list') !== undefined) return read;
  return (text) => recent.get(text, read);
}

/** Reads a page and answers with it; tells all at once that is wrong with its query. */
export async function readPage(
  served: Served,
  context: RouteContext,
  find: FindQuery,
  read: (manager: Manager, query: ListQuery) => Promise<ReadPage>,
): Promise<Reply> {
  const { services, req } = context;
  try {
    const query = find(queryText(req.url));
    return answerPage(served, context, await read(managerOf({ services }, served), query), query);
  } catch (error) {
    if (!(error instanceof UnreadableQuery)) throw error;
    throw errorOf(await allFaults(context, served.resource, error));
  }
}

/** What is wrong with the form is known; what it names, right and wrong, the planner finds out. It comes to no rows. */
function allFaults(
  { services: { data } }: RouteContext,
  { external, schema: { name, options } }: Served['resource'],
  { faults, query }: UnreadableQuery,
): Promise<readonly Error[]> {
  // There is no plan that costs nothing: what else is wrong is told once this is mended.
  if (external) return Promise.resolve(faults);
  return faultsBesides(faults, () => data.reader(options.database).list(name, query, { access: noRows }));
}
