import type { SchemaFault } from '../schema/index.ts';
import type { RequestContext } from './context.ts';
import type { PreparedRoute } from './prepared-route.ts';
import { type HttpError, problem, type RequestFault } from './problem.ts';

/**
 * Checks a request against its route's schemas, filling in defaults and turning text into the types asked for.
 * @throws HttpError 400 with every fault of every part; 415 for text where the schema asks for something else
 */
export function check(context: RequestContext, prepared: PreparedRoute): void {
  if (prepared.checksMore) {
    checkAll(context, prepared);
  } else if (prepared.params) {
    const found = prepared.params(context.params);
    if (found.length > 0) throw refused(found.map((fault) => ({ in: 'params', ...fault })));
  }
}

function checkAll(context: RequestContext, prepared: PreparedRoute): void {
  const { params, query, headers, body } = prepared;
  let faults: RequestFault[] | undefined;
  const add = (part: RequestFault['in'], found: readonly SchemaFault[]): void => {
    if (found.length === 0) return;
    faults ??= [];
    for (const { pointer, message } of found) faults.push({ in: part, pointer, message });
  };

  if (params) add('params', params(context.params));
  if (query) add('query', query(context.query));
  if (headers) {
    const copy = { ...context.headers };
    add('headers', headers(copy));
    context.headers = copy;
  }
  if (body) {
    const found = body(context.body);
    if (found.length > 0 && isTextForJson(context)) {
      throw problem(415, 'This route takes JSON, and the body is text. Send it as application/json.', {
        headers: { accept: 'application/json' },
      });
    }
    add('body', found);
  }
  if (faults) throw refused(faults);
}

/** A schema of text may still refuse one; objects and lists cannot be sent as text at all. */
function isTextForJson({ body, req, endpoint }: RequestContext): boolean {
  const schema: object = endpoint?.route.options.body ?? {};
  const takesJson = 'type' in schema && (schema.type === 'object' || schema.type === 'array');
  const type = (req.headers['content-type'] ?? '').toLowerCase();
  return takesJson && typeof body === 'string' && type.startsWith('text/');
}

function refused(faults: readonly RequestFault[]): HttpError {
  const parts = [...new Set(faults.map((fault) => fault.in))].join(', ');
  return problem(400, `The request does not fit what this route takes (${parts}); "faults" lists where.`, {
    code: 'REQUEST_INVALID',
    faults,
  });
}
