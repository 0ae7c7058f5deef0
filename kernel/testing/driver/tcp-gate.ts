import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { until } from '../until.ts';
import type { ApiAddress, TcpModel } from './api-model.ts';
import { type Arming, type Gate, Trap } from './gate.ts';

/** A proxy before an API that is no HTTP: it knows connections and bytes only, and by the counter when the work is done. */
export class TcpGate implements Gate {
  readonly address: ApiAddress;
  readonly requests: string[] = [];
  held = 0;
  readonly #model: TcpModel;
  readonly #server: Server;
  readonly #trap: Trap;
  readonly #sockets = new Set<Socket>();
  #late: (() => Promise<unknown>)[] = [];

  private constructor(model: TcpModel, server: Server, port: number) {
    this.#model = model;
    this.#server = server;
    this.#trap = new Trap(() => model.effects());
    this.address = { url: `tcp://127.0.0.1:${port}`, host: '127.0.0.1', port, tls: false };
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(model: TcpModel): Promise<TcpGate> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new TcpGate(model, server, port);
  }

  get open(): number {
    return this.#sockets.size;
  }

  arm(arming?: Arming): void {
    this.#trap.set(arming);
  }

  async release(): Promise<void> {
    await Promise.all(this.#late.splice(0).map((send) => send()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.#model.close();
  }

  #accept(socket: Socket): void {
    this.requests.push('a connection');
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    let api: Socket | undefined;
    // What is on its way arrives, also when its sender has gone away meanwhile.
    let waiting: (Buffer | string)[] | undefined;
    const hold = (): void => {
      waiting ??= [];
      this.held += 1;
      this.#late.push(async () => {
        api ??= this.#connect(socket);
        for (const chunk of waiting?.splice(0) ?? []) api.write(chunk);
        waiting = undefined;
        if (!socket.destroyed) return;
        // Nobody waits for the answer, but for what it does.
        const arriving = api.end();
        await until(() => arriving.closed, { timeout: 2_000 }).catch(() => {});
      });
    };
    const fault = this.#trap.spring('before');
    if (fault?.do === 'reset') {
      socket.resetAndDestroy();
      return;
    }
    if (fault?.do === 'hang') hold();
    else api = this.#connect(socket);
    socket.on('data', (chunk) => {
      const late = this.#trap.spring('before');
      if (late?.do === 'reset') {
        socket.resetAndDestroy();
        return;
      }
      if (late?.do === 'hang' && waiting === undefined) hold();
      if (waiting) waiting.push(chunk);
      else api?.write(chunk);
    });
    socket.on('close', () => {
      if (waiting === undefined) api?.end();
    });
  }

  /** What the API says goes to whoever asked, until it is to be silent. */
  #connect(socket: Socket): Socket {
    let isSilent = false;
    const api = connect(this.#model.port, '127.0.0.1');
    api.on('error', () => socket.destroy());
    api.on('close', () => isSilent || socket.end());
    api.on('data', (chunk) => {
      if (isSilent) return;
      const fault = this.#trap.spring('after');
      if (fault === undefined) socket.write(chunk);
      else if (fault.do === 'reset') socket.resetAndDestroy();
      else if (fault.do === 'hang up') {
        isSilent = true;
        socket.end();
      } else {
        isSilent = true;
        this.held += 1;
      }
    });
    return api;
  }
}
