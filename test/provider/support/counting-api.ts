import { once } from 'node:events';
import { createServer } from 'node:http';

/** A local HTTP API that writes down when requests arrived, and throttles where the test says so. */
export class CountingApi implements AsyncDisposable {
  readonly url: string;
  /** Moments in milliseconds, by path. */
  readonly arrived = new Map<string, number[]>();
  /** Seconds of `Retry-After`, by path: it answers 429 there. */
  readonly throttled = new Map<string, number>();
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<CountingApi> {
    const server = createServer((req, res) => {
      const path = req.url?.slice(1) ?? '';
      api.arrived.set(path, [...api.of(path), performance.now()]);
      const retryAfter = api.throttled.get(path);
      if (retryAfter !== undefined) res.writeHead(429, { 'retry-after': String(retryAfter) }).end();
      else res.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const api = new CountingApi(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return api;
  }

  of(path: string): readonly number[] {
    return this.arrived.get(path) ?? [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** The most of those moments that lie within any time of that length. */
export function mostWithin(length: number, moments: readonly number[]): number {
  let [most, first] = [0, 0];
  for (const [last, moment] of moments.entries()) {
    while (moment - (moments[first] ?? 0) >= length) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
