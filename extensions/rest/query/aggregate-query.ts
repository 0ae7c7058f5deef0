import type { AggregateRequest } from 'backplane/data';
import type { Served } from '../served.ts';
import { Parameters } from './parameters.ts';

const lists = ['groupBy', 'sum', 'avg', 'min', 'max'] as const;

export interface AggregateQuery {
  readonly request: AggregateRequest;
  /** What of the URL cannot be read, and is not in the request. */
  readonly faults: readonly Error[];
}

/** Reads `filter`, `search`, `groupBy`, `count`, `sum`, `avg`, `min` and `max` of a URL. */
export function readAggregateQuery({ resource: { schema } }: Served, text: string): AggregateQuery {
  const parameters = new Parameters(schema.name, text);
  const named: Partial<Record<(typeof lists)[number], readonly string[]>> = {};
  for (const list of lists) {
    const given = parameters.take(list);
    if (given !== undefined) named[list] = given.split(',').map((name) => name.trim());
  }
  const count = parameters.choice('count', ['true', 'false'] as const);
  parameters.only(['filter', 'search'], 'An aggregate');
  const { filter, search } = parameters.request() ?? {};
  const request = { ...named, filter, search, ...(count === undefined ? {} : { count: count === 'true' }) };
  return { request, faults: parameters.faults };
}
