import type { LoadRequest } from '../load.ts';
import type { Asker, Filled } from './fill.ts';

/** What is measured of each server. */
export const operations = ['by id', 'list', 'create'] as const;
export type Operation = (typeof operations)[number];

export const statusOf: Readonly<Record<Operation, number>> = { 'by id': 200, list: 200, create: 201 };

/** Requests of each kind before they begin anew. */
const kinds = 400;

/** How a server is asked for published items below a price with their category, the dearest first. */
export type ListQuery = (priceBelow: number) => string;

export const listQueries = {
  filter: (priceBelow) => {
    const filter = JSON.stringify({ state: { eq: 'published' }, price: { lt: priceBelow } });
    return new URLSearchParams({
      filter,
      include: 'category',
      sort: '-price',
      'page[size]': '20',
    }).toString();
  },
  parameters: (priceBelow) =>
    `state=published&priceBelow=${priceBelow}&include=category&sort=-price&limit=20`,
  feathers: (priceBelow) =>
    `state=published&price[$lt]=${priceBelow}&include=category&$sort[price]=-1&$sort[id]=-1&$limit=20`,
} as const satisfies Record<string, ListQuery>;

/** The requests of one kind, of all askers in turn. */
export function requestsOf(
  operation: Operation,
  askers: readonly Asker[],
  filled: Filled,
  listQuery: ListQuery,
): readonly LoadRequest[] {
  const make: Readonly<Record<Operation, (asker: Asker, index: number) => LoadRequest>> = {
    'by id': ({ token, ids }, index) => getItem(token, pick(ids, index * 13)),
    list: ({ token }, index) => getItems(token, listQuery(2000 + 20 * index)),
    create: ({ token, teamIds }, index) =>
      postItem(token, {
        name: `New item ${index}`,
        description: 'Something that was not there before.',
        price: index,
        teamId: pick(teamIds, index),
        categoryId: pick(filled.categoryIds, index),
      }),
  };
  return Array.from({ length: kinds }, (_, index) => make[operation](pick(askers, index), index));
}

export function getItem(token: string, id: string): LoadRequest {
  return { path: `/items/${id}`, headers: { authorization: token } };
}

export function getItems(token: string, query: string): LoadRequest {
  return { path: `/items?${query}`, headers: { authorization: token } };
}

export function postItem(token: string, item: object): LoadRequest {
  const headers = { authorization: token, 'content-type': 'application/json' };
  return { path: '/items', method: 'POST', headers, body: JSON.stringify(item) };
}

function pick<Value>(list: readonly Value[], index: number): Value {
  const value = list[index % list.length];
  if (value === undefined) throw new Error('There is nothing to choose from.');
  return value;
}
