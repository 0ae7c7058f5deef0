import { type Route, route } from 'backplane';
import { json } from '../answer/json.ts';
import { aggregateDocument } from '../document/aggregate.ts';
import { readAggregateQuery } from '../query/aggregate-query.ts';
import { queryText } from '../query/parameters.ts';
import { errorOf, faultsBesides, noRows } from '../query/query-error.ts';
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
    const { request, faults } = readAggregateQuery(served, queryText(req.url));
    if (faults.length > 0) {
      const reader = services.data.reader(schema.options.database);
      // Asking for the number of rows makes it a whole request, of which only what it names can be wrong.
      const attempt = () => reader.aggregate(schema.name, { ...request, count: true }, { access: noRows });
      throw errorOf(await faultsBesides(faults, attempt));
    }
    return json(200, { data: await managerOf({ services }, served).aggregate(request) });
  });
}
