import type { RequestContext } from './context.ts';

/** Names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/**
 * Sends a whole answer: status, request id, type and length of the payload, then `headers`, which may replace them.
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
  const head: (string | readonly string[])[] = ['x-request-id', context.id];
  if (status !== 204 && status !== 304) head.push('content-length', String(length));
  addType(context, head, payload === undefined ? undefined : type, headers);
  if (headers) addHeaders(head, headers);
  // Node takes a flat array of names and values; its type leaves out that a value may be an array.
  res.writeHead(status, head as string[]);
  res.end(payload);
}

/** Sends status and headers of an answer whose bytes follow. */
export function writeStreamHead(
  context: RequestContext,
  status: number,
  type: string,
  headers?: ResponseHeaders,
): void {
  const head: (string | readonly string[])[] = ['x-request-id', context.id];
  addType(context, head, type, headers);
  if (headers) addHeaders(head, headers);
  context.response.writeHead(status, head as string[]);
}

function addType(
  { response }: RequestContext,
  head: (string | readonly string[])[],
  type: string | undefined,
  headers: ResponseHeaders | undefined,
): void {
  if (type === undefined || (headers && 'content-type' in headers)) return;
  if (!response.hasHeader('content-type')) head.push('content-type', type);
}

function addHeaders(head: (string | readonly string[])[], headers: ResponseHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    if (name !== 'content-length') head.push(name, value);
  }
}
