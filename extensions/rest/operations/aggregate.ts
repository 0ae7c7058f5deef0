import { type Route, route } from 'backplane';
import { json } from '../answer/json.ts';
import { aggregateDocument } from '../document/aggregate.ts';
import { readAggregateQuery } from '../query/aggregate-query.ts';
import { queryText } from '../query/parameters.ts';
import type { Served } from '../served.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `GET /blog/posts/aggregate` */
export function aggregateRoute(served: Served): Route {
  const { schema } = served.resource;
  const options = optionsOf(served, 'aggregate', `Counts ${schema.plural}, and sums them up`, () =>
    aggregateDocument(served),
  );
  return route.get(`${served.path}/aggregate`, options, async ({ req, services }) => {
    const request = readAggregateQuery(served, queryText(req.url));
    return json(200, { data: await managerOf({ services }, served).aggregate(request) });
  });
}
