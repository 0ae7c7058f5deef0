import type { ResponseObject, SchemaObject } from './types.ts';

/** The document that every error is sent as (RFC 9457). */
export const problemSchema: SchemaObject = {
  type: 'object',
  description: 'An error, as RFC 9457 describes it.',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'What kind of error this is.' },
    title: { type: 'string', description: 'The kind of error in words.' },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'Status of the response.' },
    detail: { type: 'string', description: 'What went wrong this time.' },
    instance: { type: 'string', description: 'Path of the request.' },
    code: { type: 'string', description: 'Stable name of this kind of error, for programs.' },
    faults: {
      type: 'array',
      description: 'Everything that is wrong with the request.',
      items: {
        type: 'object',
        required: ['message'],
        properties: {
          code: { type: 'string', description: 'Stable name of this fault, where there are several kinds.' },
          in: { type: 'string', enum: ['params', 'query', 'headers', 'body'] },
          pointer: { type: 'string', description: 'JSON pointer to the value.' },
          message: { type: 'string' },
        },
      },
    },
  },
};

function problemResponse(description: string, example: object): ResponseObject {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema, example } } };
}

const instance = '/path';

export const problemResponses = {
  Problem: problemResponse('Something went wrong.', {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is no such thing.',
    instance,
    code: 'NOT_FOUND',
  }),
  RequestRefused: problemResponse('The request does not fit the schemas.', {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'The request does not fit what this route takes (body); "faults" lists where.',
    instance,
    code: 'REQUEST_INVALID',
    faults: [{ in: 'body', pointer: '/name', message: 'is required' }],
  }),
  Unauthenticated: problemResponse('The request carries no valid credentials.', {
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    detail: 'This needs credentials, and the request carries none that are valid.',
    instance,
    code: 'UNAUTHENTICATED',
  }),
} as const;

export function toResponse(name: keyof typeof problemResponses): { readonly $ref: string } {
  return { $ref: `#/components/responses/${name}` };
}
