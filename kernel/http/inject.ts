import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request, type Server } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';

export interface InjectOptions {
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as JSON, but for strings and buffers, which are sent as they are. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface InjectedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
  /** The parsed body. @throws SyntaxError when it is no JSON */
  json<T = unknown>(): T;
}

/**
 * Sends one request to a server without a network: through a pair of streams in memory, parsed and answered by the very
 * same code as any other. The server need not listen.
 *
 * @throws Error when the connection ends before a whole response has come
 */
export function inject(
  server: Server,
  method: string,
  path: string,
  { headers = {}, body, signal }: InjectOptions = {},
): Promise<InjectedResponse> {
  const payload = payloadOf(body);
  const typed = payload !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method,
      path,
      headers: {
        host: 'localhost',
        connection: 'close',
        ...(typed ? { 'content-type': 'application/json' } : {}),
        ...(payload === undefined ? {} : { 'content-length': payload.byteLength }),
        ...headers,
      },
      createConnection: () => connect(server),
      ...(signal ? { signal } : {}),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString();
        const injected = {
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text,
          bytes,
          json: () => JSON.parse(text),
        };
        // The server is done with a request at the end of the turn in which it is answered; a real client hears later.
        setImmediate(resolve, injected);
      });
    });
    outgoing.end(payload);
  });
}

/** A connection in memory; the server sees it come from the loopback address. */
function connect(server: Server): Duplex {
  const [client, other] = duplexPair();
  server.emit('connection', Object.assign(other, { remoteAddress: '127.0.0.1', encrypted: false }));
  return client;
}

function payloadOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
