import type { Reply, RouteContext } from 'backplane';
import type { ReadPage } from 'backplane/data';
import type { ListQuery } from '../query/list-query.ts';
import type { Served } from '../served.ts';
import { json } from './json.ts';
import { linksOf } from './links.ts';

/** A page of rows, with the cursors of those beside it; in `Link` too, where they have a URL. */
export function answerPage(
  { views, resource: { schema } }: Served,
  context: Pick<RouteContext, 'req' | 'actor' | 'locale'>,
  { rows, next, previous, count }: ReadPage,
  { request, choice, size }: ListQuery,
): Reply {
  const data = views.isEmpty
    ? rows
    : rows.map((row) => views.represent(schema, row, request, choice, context));
  const { req } = context;
  const page = { size, next: next ?? null, previous: previous ?? null };
  const link = req.method === 'POST' ? undefined : linksOf(req.url, { next, prev: previous });
  return json(
    200,
    count === undefined ? { data, page } : { data, page, count },
    link === undefined ? {} : { link },
  );
}
