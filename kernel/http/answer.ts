import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { messageOf } from '../errors.ts';
import type { RequestContext } from './context.ts';
import { fail } from './failure.ts';
import { Reply } from './reply.ts';
import type { Endpoint } from './route-table.ts';
import { sendStream } from './stream.ts';
import { type ResponseHeaders, write } from './write.ts';

/** Sends what a handler returned. Nothing is sent when it has answered with `res` itself. */
export function answer(context: RequestContext, endpoint: Endpoint, result: unknown): void {
  const res = context.response;
  if (result === res) return;
  if (res.headersSent || res.writableEnded || context.closed) {
    discard(result);
    return;
  }
  // Returned instead of thrown, an error is meant no less.
  if (result instanceof Error) throw result;
  if (result instanceof Reply) {
    send(context, endpoint, result.status, result.body, result.headers);
    return;
  }
  // A handler may also set the status as Express does, with res.status(…).
  const usual = result === undefined ? 204 : endpoint.route.prepared.status;
  send(context, endpoint, res.statusCode === 200 ? usual : res.statusCode, result);
}

function send(
  context: RequestContext,
  endpoint: Endpoint,
  status: number,
  body: unknown,
  headers?: ResponseHeaders,
): void {
  if (body === undefined) {
    write(context, status, undefined, undefined, headers);
  } else if (typeof body === 'object' && body !== null) {
    sendObject(context, endpoint, status, body, headers);
  } else if (typeof body === 'string' && !endpoint.route.prepared.serialisers.has(status)) {
    write(context, status, 'text/plain; charset=utf-8', body, headers);
  } else {
    sendJson(context, endpoint, status, body, headers);
  }
}

function sendObject(
  context: RequestContext,
  endpoint: Endpoint,
  status: number,
  body: object,
  headers?: ResponseHeaders,
): void {
  const prototype = Object.getPrototypeOf(body);
  if (prototype === Object.prototype || prototype === Array.prototype) {
    sendJson(context, endpoint, status, body, headers);
  } else if (body instanceof Uint8Array) {
    write(context, status, 'application/octet-stream', body, headers);
  } else if (body instanceof Readable) {
    sendStream(context, status, body, headers, fail);
  } else if (body instanceof ReadableStream) {
    sendStream(context, status, Readable.fromWeb(body), headers, fail);
  } else if (body instanceof Response) {
    sendResponse(context, body);
  } else {
    sendJson(context, endpoint, status, body, headers);
  }
}

function sendJson(
  context: RequestContext,
  endpoint: Endpoint,
  status: number,
  body: unknown,
  headers?: ResponseHeaders,
): void {
  const { prepared, method, path } = endpoint.route;
  const serialiser = status === prepared.status ? prepared.serialiser : prepared.serialisers.get(status);
  let json: string | undefined;
  try {
    json = serialiser ? serialiser(body) : JSON.stringify(body);
  } catch (error) {
    throw new Error(
      `The answer of ${method} ${path} does not fit its schema for ${status}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  if (json === undefined) throw new Error(`${method} ${path} returned a ${typeof body}, which has no JSON.`);
  write(context, status, 'application/json; charset=utf-8', json, headers);
}

function sendResponse(context: RequestContext, response: Response): void {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  // What fetch received is already decoded: these two would describe other bytes.
  if ('content-encoding' in headers) {
    delete headers['content-encoding'];
    delete headers['content-length'];
  }
  if (response.body === null) {
    write(context, response.status, undefined, undefined, headers);
  } else {
    // The global type and that of node:stream/web name the same class.
    const body = response.body as ReadableStream<Uint8Array>;
    sendStream(context, response.status, Readable.fromWeb(body), headers, fail);
  }
}

/** Ends what can no longer be sent, so that a file or connection behind it is closed. */
function discard(result: unknown): void {
  if (result instanceof Readable) result.on('error', () => {}).destroy();
}
