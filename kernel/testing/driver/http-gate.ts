import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ApiAddress, HttpModel } from './api-model.ts';
import type { Behaviour } from './fault.ts';
import { type Arming, type Gate, Trap } from './gate.ts';

/** What answers behind the gate. */
interface Api {
  readonly port: number;
  close(): void | Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A proxy before the model of an HTTP API. A whole request has arrived before anything is decided about it. */
export class HttpGate implements Gate {
  readonly address: ApiAddress;
  readonly requests: string[] = [];
  held = 0;
  readonly #api: Api;
  readonly #proxy: Server;
  readonly #trap: Trap;
  #open = 0;
  #late: (() => Promise<unknown>)[] = [];

  private constructor(model: HttpModel, api: Api, proxy: Server) {
    this.#api = api;
    this.#proxy = proxy;
    this.#trap = new Trap(() => model.effects());
    const port = portOf(proxy);
    this.address = { url: `http://127.0.0.1:${port}`, host: '127.0.0.1', port, tls: false };
    proxy.on('request', (req, res) => {
      // An idle connection is nobody's affair: pools of clients open them in advance.
      this.#open += 1;
      res.on('close', () => {
        this.#open -= 1;
      });
      // A client that has gone away is what some tests are about.
      this.#handle(req, res).catch(() => res.destroy());
    });
  }

  static async start(model: HttpModel): Promise<HttpGate> {
    const api = 'port' in model ? model : await serve(createServer(model.listener));
    const proxy = createServer().listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return new HttpGate(model, api, proxy);
  }

  get open(): number {
    return this.#open;
  }

  arm(arming?: Arming): void {
    this.#trap.set(arming);
  }

  async release(): Promise<void> {
    await Promise.all(this.#late.splice(0).map((send) => send()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy.close();
    this.#proxy.closeAllConnections();
    await this.#api.close();
  }

  async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await buffer(req);
    this.requests.push(`${req.method} ${req.url?.split('?')[0]}`);
    const before = this.#trap.spring('before');
    if (before !== undefined) {
      if (before.do === 'hang') this.#late.push(() => this.#forward(req, body));
      this.#misbehave(before, req, res, undefined);
      return;
    }
    const answer = await this.#forward(req, body);
    const after = this.#trap.spring('after');
    if (after === undefined) res.writeHead(answer.status, withoutHops(answer.headers)).end(answer.body);
    else this.#misbehave(after, req, res, answer);
  }

  #misbehave(
    behaviour: Behaviour,
    req: IncomingMessage,
    res: ServerResponse,
    answer: Answer | undefined,
  ): void {
    switch (behaviour.do) {
      case 'reset':
        res.socket?.resetAndDestroy();
        break;
      case 'hang':
        this.held += 1;
        break;
      case 'half a body':
      case 'cut body': {
        const { status = 200, headers = {}, body = Buffer.from('{}') } = answer ?? {};
        const whole = body.length === 0 ? Buffer.from('{}') : body;
        res.writeHead(status === 204 ? 200 : status, {
          ...withoutHops(headers),
          'content-length': String(whole.length),
        });
        res.write(whole.subarray(0, Math.floor(whole.length / 2)), () => {
          if (behaviour.do === 'cut body') res.socket?.destroy();
          else this.held += 1;
        });
        res.flushHeaders();
        break;
      }
      case 'answer': {
        const { status, headers = {}, body } = behaviour;
        const text = typeof body === 'string' ? body : JSON.stringify(body ?? refusal(req));
        res.writeHead(status, { 'content-type': 'application/json', ...headers, connection: 'close' });
        res.end(text);
      }
    }
  }

  async #forward(req: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method = 'GET', url: path = '/', headers } = req;
    const { port } = this.#api;
    const forwarded = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
    forwarded.end(body);
    const [response]: IncomingMessage[] = await once(forwarded, 'response');
    if (response === undefined) throw new Error('The model of the API has not answered');
    return {
      status: response.statusCode ?? 500,
      headers: response.headers,
      body: await buffer(response),
    };
  }
}

async function serve(server: Server): Promise<Api> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port: portOf(server), close };
}

/** Tells what it was sent, as some APIs do: a driver must not tell it further. */
function refusal({ headers: { authorization, 'x-api-key': apiKey } }: IncomingMessage): object {
  return { error: { message: `Refused: ${authorization ?? apiKey ?? 'no credentials'}` } };
}

/** A connection for each request, so that what is left open is somebody's fault. */
function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { 'transfer-encoding': _encoding, 'keep-alive': _keepAlive, ...rest } = headers;
  return { ...rest, connection: 'close' };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen');
  return address.port;
}
