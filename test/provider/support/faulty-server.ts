import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';

/** A local HTTP server that does what the path of a request names: `/500`, `/hang`, `/ok`. */
export class FaultyServer implements AsyncDisposable {
  readonly url: string;
  /** Paths of the requests that have arrived. */
  readonly requests: string[] = [];
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<FaultyServer> {
    const handle = (req: IncomingMessage, res: ServerResponse): void => {
      const path = req.url?.split('/')[1] ?? '';
      started.requests.push(path);
      // The whole request has arrived: whatever follows comes after the write.
      req.resume().on('end', () => answer(path, res));
    };
    const server = createServer({ keepAlive: false }, handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const started = new FaultyServer(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return started;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

function answer(path: string, res: ServerResponse): void {
  res.setHeader('connection', 'close');
  if (path === 'hang') return;
  if (path === 'reset') res.destroy();
  else if (path === 'slow-body') res.writeHead(200).write('{ "do');
  else if (path === 'malformed') res.end('<html>');
  else if (path === 'ok') res.end('{ "done": true }');
  else {
    const [status = '500', retryAfter] = path.split('-after-');
    res.statusCode = Number(status);
    if (retryAfter) res.setHeader('retry-after', retryAfter);
    res.end();
  }
}

/** Takes connections, and hangs up at the first word: to whoever speaks TLS, that is a handshake cut off. */
export class HangsUp implements AsyncDisposable {
  readonly url: string;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<HangsUp> {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new HangsUp(`https://127.0.0.1:${port}`, async () => {
      server.close();
      await once(server, 'close');
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
