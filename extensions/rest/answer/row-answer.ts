import type { Reply, RouteContext } from 'backplane';
import { readSchema, reply } from 'backplane';
import type { ReadRow } from 'backplane/data';
import type { RowQuery } from '../query/row-query.ts';
import type { Served } from '../served.ts';
import { etagOf, isFresh, shapeOf } from './etag.ts';
import { type Headers, jsonText } from './json.ts';

const shapes = new WeakMap<object, { readonly members: number; readonly shape: string }>();

/** A single row with its tag; 304 where the client has it already. */
export function answerRow(
  served: Served,
  context: Pick<RouteContext, 'req' | 'actor' | 'locale'>,
  row: ReadRow,
  query: RowQuery,
  status = 200,
  headers: Headers = {},
): Reply {
  const { views, resource } = served;
  const { schema } = resource;
  const { req } = context;
  const shown = query.isPlain ? row : views.represent(schema, row, query.request, query.choice, context);
  const text = JSON.stringify(shown);
  const etag = etagOf(shown, query.isPlain ? plainShape(served, row) : shapeOf(text));
  if (
    status === 200 &&
    (req.method === 'GET' || req.method === 'HEAD') &&
    isFresh(req.headers['if-none-match'], etag)
  ) {
    return reply(304, undefined, { etag });
  }
  return jsonText(status, text, { etag, ...headers });
}

/** With its version it tells all of a row: which fields its reader may see, and what the entity is like today. */
function plainShape({ resource }: Served, row: ReadRow): string {
  const whole = shapes.get(resource) ?? wholeShape(resource);
  const names = Object.keys(row);
  return names.length === whole.members ? whole.shape : shapeOf(names.join());
}

function wholeShape(resource: Served['resource']) {
  const members = [...resource.schema.fields.values()].filter(({ readable }) => readable).length;
  const made = { members, shape: shapeOf(JSON.stringify(readSchema(resource.schema))) };
  shapes.set(resource, made);
  return made;
}
