import type { AggregateRequest } from 'backplane/data';
import type { Served } from '../served.ts';
import { Parameters } from './parameters.ts';
import { throwAll } from './query-error.ts';

const lists = ['groupBy', 'sum', 'avg', 'min', 'max'] as const;

/**
 * Reads `filter`, `search`, `groupBy`, `count`, `sum`, `avg`, `min` and `max` of a URL.
 *
 * @throws QUERY_INVALID, or a FaultList with all faults
 */
export function readAggregateQuery({ resource: { schema } }: Served, text: string): AggregateRequest {
  const parameters = new Parameters(schema.name, text);
  const named: Partial<Record<(typeof lists)[number], readonly string[]>> = {};
  for (const list of lists) {
    const given = parameters.take(list);
    if (given !== undefined) named[list] = given.split(',').map((name) => name.trim());
  }
  const count = parameters.choice('count', ['true', 'false'] as const);
  parameters.only(['filter', 'search'], 'An aggregate');
  const { filter, search } = parameters.request() ?? {};
  throwAll(parameters.faults);
  return { ...named, filter, search, ...(count === undefined ? {} : { count: count === 'true' }) };
}
