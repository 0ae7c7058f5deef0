import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local API that charges: each request that it takes is one effect, whatever its key. */
export class ChargeApi implements AsyncDisposable {
  readonly url: string;
  /** Keys of what was done, in order. */
  readonly effects: string[] = [];
  /** Holds answers back, when the work is done already. */
  isSilent = false;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<ChargeApi> {
    const server = createServer((req, res) => api.#answer(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const api = new ChargeApi(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return api;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  #answer(req: IncomingMessage, res: ServerResponse): void {
    if (req.method === 'GET') {
      const key = decodeURIComponent(req.url?.split('/').at(-1) ?? '');
      const number = this.effects.indexOf(key);
      res.statusCode = number === -1 ? 404 : 200;
      res.end(JSON.stringify({ id: `ch_${number + 1}` }));
      return;
    }
    req.resume().on('end', () => {
      const id = `ch_${this.effects.push(String(req.headers['idempotency-key']))}`;
      if (!this.isSilent) res.end(JSON.stringify({ id }));
    });
  }
}
