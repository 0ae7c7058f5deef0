import { STATUS_CODES } from 'node:http';
import type { Endpoint, RouteDocument, RouteOptions } from 'backplane';
import { exampleOf } from './example.ts';
import { asSchema, parametersOf } from './parameters.ts';
import type { PathTemplate } from './path.ts';
import { toResponse } from './problem.ts';
import type { SchemaWriter } from './schemas.ts';
import { type NamedScheme, securityOf } from './security.ts';
import type { JsonSchema, MediaType, Operation, Reference, ResponseObject } from './types.ts';

export interface OperationContext {
  readonly writer: SchemaWriter;
  readonly schemes: readonly NamedScheme[];
}

/** Describes one route at one path. */
export function operationOf(
  { route, owner, method }: Endpoint,
  { parameters: inPath }: PathTemplate,
  operationId: string,
  { writer, schemes }: OperationContext,
): Operation {
  const options = describedBy(route.options);
  const { summary, description, deprecated, tags = [owner.name], auth, body } = options;
  const parameters = parametersOf(options, inPath, writer);
  const security = securityOf(auth, schemes);
  const hasBody = body !== undefined && !['GET', 'HEAD', 'OPTIONS'].includes(method);
  return {
    operationId,
    tags: [...new Set(tags)],
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(hasBody
      ? { requestBody: { required: true, content: contentOf({ ...body }, options.bodyTypes, writer) } }
      : {}),
    responses: responsesOf(options, writer),
    ...(security.length === 0 ? {} : { security }),
  };
}

/** What the route itself checks and writes by, and what it says for documents alone. */
function describedBy(options: RouteOptions): RouteOptions & RouteDocument {
  return { ...options, ...options.document?.() };
}

/** An example is the same in each type. */
function contentOf(
  schema: JsonSchema,
  types: readonly string[] = ['application/json'],
  writer: SchemaWriter,
): Record<string, MediaType> {
  const content = mediaType(schema, writer);
  return Object.fromEntries(types.map((type) => [type, content]));
}

function responsesOf(
  {
    response = {},
    params,
    query,
    headers,
    body,
    auth = 'none',
    problems = {},
    responseHeaders = {},
  }: RouteOptions & RouteDocument,
  writer: SchemaWriter,
): Operation['responses'] {
  const responses: Record<string, ResponseObject | Reference> = {};
  for (const [status, given] of Object.entries(response)) {
    const schema = asSchema(given) ?? true;
    const said = typeof schema === 'object' ? schema.description : undefined;
    const isEmpty = status === '204' || status === '304';
    responses[status] = {
      description: said ?? STATUS_CODES[status] ?? 'Answer',
      ...headersOf(responseHeaders[Number(status)]),
      ...(isEmpty ? {} : { content: { 'application/json': mediaType(schema, writer) } }),
    };
  }
  if (!Object.keys(responses).some((status) => status.startsWith('2') || status.startsWith('3'))) {
    responses[200] = { description: 'OK' };
  }
  for (const [status, description] of Object.entries(problems)) {
    responses[status] = { ...toResponse('Problem'), description };
  }
  if (params ?? query ?? headers ?? body) responses[400] ??= toResponse('RequestRefused');
  if (auth !== 'none' && auth !== 'optional') responses[401] ??= toResponse('Unauthenticated');
  responses.default = toResponse('Problem');
  return responses;
}

function headersOf(headers: Readonly<Record<string, string>> | undefined): Pick<ResponseObject, 'headers'> {
  if (headers === undefined) return {};
  const entries = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return { headers: Object.fromEntries(entries) };
}

function mediaType(given: JsonSchema, writer: SchemaWriter): MediaType {
  const schema = writer.write(given);
  const example = exampleOf(schema, (one) => writer.resolve(one));
  return example === undefined ? { schema } : { schema, example };
}
