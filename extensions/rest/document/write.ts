import type { RouteDocument, TSchema } from 'backplane';
import { bodyTypes } from '../operations/body.ts';
import type { Served } from '../served.ts';
import { idempotencyKey, idParameter, ifMatch, parameters, rowParameters } from './parameters.ts';
import { changingProblems, creatingProblems, rowProblems } from './problems.ts';
import { etagHeader } from './row.ts';

const replayed = { 'Idempotency-Replayed': '"true" where this was answered before.' };

export function createDocument(served: Served): RouteDocument {
  const { schemas, resource, settings } = served;
  const one = schemas.create(resource);
  const { create } = schemas.examples(resource);
  return {
    query: parameters(rowParameters(served)),
    headers: parameters(idempotencyKey),
    body: resource.external
      ? one
      : {
          anyOf: [one, { type: 'array', items: one, maxItems: settings.bulkRows }],
          ...(create ? { examples: [create] } : {}),
        },
    response: {
      201: resource.external
        ? schemas.shown(resource.schema)
        : { anyOf: [schemas.shown(resource.schema), rowsSchema(served)] },
    },
    responseHeaders: { 201: { ...etagHeader, Location: 'Where the new row is, if it is one.', ...replayed } },
    problems: creatingProblems,
  };
}

export function updateDocument(served: Served): RouteDocument {
  const { schemas, resource } = served;
  return {
    params: idParameter(served),
    query: parameters(rowParameters(served)),
    headers: parameters(ifMatch),
    body: schemas.update(resource),
    bodyTypes,
    response: { 200: schemas.shown(resource.schema) },
    responseHeaders: { 200: etagHeader },
    problems: changingProblems,
  };
}

export function updateManyDocument(served: Served): RouteDocument {
  const { schemas, resource, settings } = served;
  const update: object = schemas.update(resource);
  const { properties = {}, examples } = update as { properties?: object; examples?: readonly object[] };
  const id = { type: 'string', format: 'uuid' };
  const [example] = examples ?? [];
  const { row } = schemas.examples(resource);
  return {
    body: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id, ...properties },
        required: ['id'],
        additionalProperties: false,
        ...(row && example ? { examples: [{ id: row.id, ...example }] } : {}),
      },
      maxItems: settings.bulkRows,
    },
    response: { 200: rowsSchema(served) },
    problems: changingProblems,
  };
}

export function deleteDocument(served: Served): RouteDocument {
  return {
    params: idParameter(served),
    headers: parameters(ifMatch),
    response: { 204: { description: 'It is deleted.' } },
    problems: {
      ...rowProblems,
      409: 'Rows belong to it.',
      412: 'The row is not the version that "If-Match" names.',
    },
  };
}

export function deleteManyDocument({ settings }: Served): RouteDocument {
  return {
    query: parameters(
      {
        ids: {
          type: 'string',
          pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})*$',
          description: `Ids of the rows, with commas; ${settings.bulkRows} at most.`,
          examples: ['019b7a2e-6c00-7000-8000-000000000001'],
        },
      },
      ['ids'],
    ),
    response: { 204: { description: 'They are deleted.' } },
    problems: { ...rowProblems, 409: 'Rows belong to one of them.', 422: 'There are too many.' },
  };
}

export function restoreDocument(served: Served): RouteDocument {
  return {
    params: idParameter(served),
    query: parameters(rowParameters(served)),
    headers: parameters(idempotencyKey),
    response: { 200: served.schemas.shown(served.resource.schema) },
    responseHeaders: { 200: { ...etagHeader, ...replayed } },
    problems: {
      ...rowProblems,
      409: 'Another row has the same value by now where it must be unique.',
      422: 'The Idempotency-Key belongs to another request.',
    },
  };
}

function rowsSchema({ schemas, resource }: Served): TSchema {
  return {
    type: 'object',
    properties: { data: { type: 'array', items: schemas.shown(resource.schema) } },
    required: ['data'],
  };
}
