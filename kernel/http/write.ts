import type { Response } from 'express';
import type { RequestContext } from './context.ts';
import { requestId } from './default-headers.ts';

/** Names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Names and values in turn, as Node takes them. */
type Head = (string | number | readonly string[])[];

/**
 * Sends a whole answer: status, type and length of the payload, then `headers`, which may replace them.
 *
 * @param type content type, unless the headers or an earlier `res.set(…)` say another
 */
export function write(
  context: RequestContext,
  status: number,
  type: string | undefined,
  payload: string | Uint8Array | undefined,
  headers?: ResponseHeaders,
): void {
  const res = context.response;
  const length =
    typeof payload === 'string' ? Buffer.byteLength(payload) : payload === undefined ? 0 : payload.byteLength;
  const head: Head = [requestId, context.id];
  if (payload !== undefined) addType(context, head, type, headers);
  if (status !== 204 && status !== 304) head.push('content-length', length);
  if (headers) addHeaders(head, headers);
  writeHead(res, status, head);
  // As many bytes as characters: plain ASCII, which needs no encoding on its way out.
  if (typeof payload === 'string' && payload.length === length) res.end(payload, 'latin1');
  else res.end(payload);
}

/** Sends status and headers of an answer whose bytes follow. */
export function writeStreamHead(
  context: RequestContext,
  status: number,
  type: string,
  headers?: ResponseHeaders,
): void {
  const head: Head = [requestId, context.id];
  addType(context, head, type, headers);
  if (headers) addHeaders(head, headers);
  writeHead(context.response, status, head);
}

function writeHead(res: Response, status: number, head: Head): void {
  // The type of writeHead leaves out that in such a list, too, a value may be a number or an array.
  res.writeHead(status, head as string[]);
}

function addType(
  { response }: RequestContext,
  head: Head,
  type: string | undefined,
  headers: ResponseHeaders | undefined,
): void {
  if (type === undefined || (headers && 'content-type' in headers)) return;
  if (!response.hasHeader('content-type')) head.push('content-type', type);
}

/** How many bytes there are is not for a handler to say: a length, or an encoding, that is wrong breaks the next answer. */
const framing = new Set(['content-length', 'transfer-encoding']);

function addHeaders(head: Head, headers: ResponseHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!framing.has(name)) head.push(name, value);
  }
}
