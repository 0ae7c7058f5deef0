import { type Reply, type Route, type RouteContext, route } from 'backplane';
import { json } from '../answer/json.ts';
import { answerRow } from '../answer/row-answer.ts';
import { createDocument } from '../document/write.ts';
import { once } from '../idempotency/once.ts';
import { Parameters, queryText } from '../query/parameters.ts';
import { throwAll } from '../query/query-error.ts';
import { type RowQuery, readChoice, rowQuery } from '../query/row-query.ts';
import type { Served } from '../served.ts';
import { assertFew, assertJson } from './body.ts';
import { rowQueryFinder } from './get.ts';
import { managerOf } from './manager-of.ts';
import { optionsOf } from './options.ts';

/** `POST /blog/posts`: a row, or a list of them */
export function createRoute(served: Served): Route {
  const { schema } = served.resource;
  const find = rowQueryFinder(served, 'create');
  const { external } = served.resource;
  const many = external === undefined ? ', one or several at once' : '';
  const options = optionsOf(served, 'create', `Adds to the ${schema.plural}${many}`, () =>
    createDocument(served),
  );
  return route.post(served.path, options, (context) => {
    assertJson(context.req, context.body);
    return once(served, context, (operationId) =>
      Array.isArray(context.body) && external === undefined
        ? createMany(served, context, context.body)
        : createOne(served, context, find(queryText(context.req.url)), operationId),
    );
  });
}

async function createOne(
  served: Served,
  context: RouteContext,
  query: RowQuery,
  operationId: string | undefined,
): Promise<Reply> {
  const { services, body } = context;
  // The manager checks what it is, whatever it is.
  const row = await managerOf({ services }, served).create(body as never, {
    ...query.reading,
    ...(operationId === undefined ? {} : { operationId }),
  });
  return answerRow(served, context, row, query, 201, { location: `${served.path}/${row.id}` });
}

async function createMany(served: Served, context: RouteContext, rows: readonly unknown[]): Promise<Reply> {
  const query = readManyQuery(served, queryText(context.req.url));
  assertFew(rows.length, served.settings.bulkRows);
  const made = await managerOf(context, served).createMany(rows as never);
  return answerRows(served, context, made, query, 201);
}

/** Many rows come back whole. */
export function readManyQuery(served: Served, text: string): RowQuery {
  const parameters = new Parameters(served.resource.schema.name, text);
  const choice = readChoice(served, parameters);
  parameters.only([], 'A change of several rows');
  throwAll(parameters.faults);
  return rowQuery(served, {}, choice);
}

export function answerRows(
  { views, resource: { schema } }: Served,
  context: RouteContext,
  rows: readonly Record<string, unknown>[],
  { request, choice }: RowQuery,
  status = 200,
): Reply {
  return json(status, {
    data: rows.map((row) => views.represent(schema, row, request, choice, context)),
  });
}
