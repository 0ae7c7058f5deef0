import type { RouteDocument, TSchema } from 'backplane';
import { defaultLimits } from 'backplane/data';
import type { Served } from '../served.ts';
import { idParameter, listParameters, parameters } from './parameters.ts';
import { readingProblems, rowProblems } from './problems.ts';

export function listDocument(served: Served): RouteDocument {
  return {
    query: parameters(listParameters(served)),
    response: { 200: pageSchema(served) },
    responseHeaders: { 200: { Link: 'URLs of the pages beside this one, as rel="next" and rel="prev".' } },
    problems: readingProblems,
  };
}

export function nestedDocument(served: Served, target: Served): RouteDocument {
  return { ...listDocument(target), params: idParameter(served), problems: rowProblems };
}

export function searchDocument(served: Served): RouteDocument {
  return {
    body: requestSchema(served),
    response: { 200: pageSchema(served) },
    problems: { ...readingProblems, 415: 'The body is no JSON.' },
  };
}

/** A page of rows, in an envelope so that there is room for its cursors. */
function pageSchema({ schemas, resource }: Served): TSchema {
  const cursor = { type: ['string', 'null'], examples: [null] };
  return {
    type: 'object',
    properties: {
      data: { type: 'array', items: schemas.shown(resource.schema) },
      page: {
        type: 'object',
        properties: {
          size: { type: 'integer', examples: [defaultLimits.page] },
          next: { ...cursor, description: 'Cursor for "page[after]"; null on the last page.' },
          previous: { ...cursor, description: 'Cursor for "page[before]"; null on the first page.' },
        },
        required: ['size', 'next', 'previous'],
      },
      count: { type: 'integer', description: 'Rows on all pages, if it was asked for.', examples: [1] },
    },
    required: ['data', 'page'],
  };
}

/** The body of a search: what the query of a list says, as an object. */
function requestSchema({ resource: { schema }, views }: Served): TSchema {
  const named = views.namesOf(schema.name);
  const list = { type: 'array', items: { type: 'string' } };
  return {
    type: 'object',
    properties: {
      filter: { type: 'object' },
      include: { type: 'object' },
      fields: list,
      sort: list,
      page: {
        type: 'object',
        properties: {
          size: { type: 'integer', minimum: 1, maximum: defaultLimits.pageMaximum },
          after: { type: 'string' },
          before: { type: 'string' },
          offset: { type: 'integer', minimum: 0, maximum: defaultLimits.offset },
        },
      },
      count: { type: 'string', enum: ['none', 'exact', 'estimated'] },
      ...(schema.search.length > 0 ? { search: { type: 'string', minLength: 1 } } : {}),
      ...(schema.softDelete ? { deleted: { type: 'string', enum: ['exclude', 'include', 'only'] } } : {}),
      ...(named.length > 0 ? { view: { type: 'string', enum: named } } : {}),
      near: {
        type: 'object',
        properties: {
          field: { type: 'string' },
          vector: { type: 'array', items: { type: 'number' } },
          limit: { type: 'integer', minimum: 1, maximum: defaultLimits.pageMaximum },
          distance: { type: 'string', enum: ['cosine', 'l2'] },
        },
        required: ['field', 'vector'],
      },
    },
    additionalProperties: false,
    examples: [{ filter: { id: { isNull: false } }, page: { size: defaultLimits.page } }],
  };
}
