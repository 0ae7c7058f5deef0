import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { Request, Response } from 'express';
import { Container, enterScope } from '../container/index.ts';
import type { Logger } from '../log/index.ts';
import type { Snapshot } from '../snapshot/index.ts';
import { RequestContext, type RequestHost } from './context.ts';
import { fail } from './failure.ts';
import { InFlight } from './in-flight.ts';
import { type InjectedResponse, type InjectOptions, inject } from './inject.ts';
import { cancelRequest } from './invoke.ts';
import { type Address, type HttpSettings, listen } from './listen.ts';
import { messageClasses } from './message.ts';
import { tellFinished } from './observe.ts';
import type { RouteOwner } from './owner.ts';
import { pipeline } from './pipeline.ts';
import { answerClientError } from './raw-problem.ts';
import { requestIds } from './request-id.ts';

const resolved = Promise.resolve();

export interface HttpServerOptions {
  /** The snapshot that new requests are answered from. */
  readonly current: () => Snapshot<RouteOwner>;
  readonly settings: HttpSettings;
  readonly log: Logger;
  /** Is everything up? Until then an unknown path is answered with 503 instead of 404. */
  readonly ready: () => boolean;
}

/** Makes a server that answers from the current snapshot. It listens once {@link HttpServer.listen} is called. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  return new HttpServer(options);
}

/** The HTTP server of a kernel. */
export class HttpServer {
  /** Node's own server, for what works below HTTP requests (upgrades to WebSocket). */
  readonly node: Server;
  readonly #current: () => Snapshot<RouteOwner>;
  readonly #settings: HttpSettings;
  readonly #host: RequestHost;
  readonly #idOf = requestIds();
  readonly #inFlight = new InFlight();
  /** Those that began in this turn of the event loop and were not over at once. */
  #fresh: RequestContext[] = [];
  readonly #endTurn: () => void;
  /** Connections whose end is listened to. */
  readonly #followed = new WeakSet<Socket>();
  #closing = false;
  #onIdle: (() => void) | undefined;

  constructor({ current, settings, log, ready }: HttpServerOptions) {
    this.#current = current;
    this.#settings = settings;
    const container = new Container({ owner: 'kernel' });
    this.#host = {
      kernel: { name: 'kernel', generation: 1, prefix: '', container, log },
      bodyLimit: settings.bodyLimit,
      ready,
      settled: (context) => this.#settled(context),
    };
    const requestTimeout = settings.requestTimeout;
    this.node = createServer({
      ...messageClasses({ trustProxy: settings.trustProxy ?? false }),
      requestTimeout,
      // A request without a body gets a stream that has already ended, instead of one that is run dry for each.
      optimizeEmptyRequests: true,
      headersTimeout: Math.min(requestTimeout, 60_000),
      connectionsCheckingInterval: Math.min(30_000, Math.max(50, requestTimeout / 4)),
    });
    this.node.on('request', (req, res) => this.handle(req as Request, res as Response));
    // At the end of a turn no request's scope is the current one, whichever asked for it.
    this.#endTurn = AsyncLocalStorage.bind(() => this.#settleFresh());
    this.node.on('clientError', answerClientError);
  }

  /** How many requests are being answered: of all, or of one owner's routes. */
  inFlight(owner?: RouteOwner): number {
    if (owner === undefined) return this.#inFlight.all.length;
    let count = 0;
    for (const context of this.#inFlight.all) if (belongsTo(context, owner)) count += 1;
    return count;
  }

  /** The same by owner, for those that have any; generations that drain are among them. */
  inFlightByOwner(): ReadonlyMap<RouteOwner, number> {
    const counts = new Map<RouteOwner, number>();
    for (const { endpoint, owner: running } of this.#inFlight.all) {
      const owner = endpoint?.owner ?? running;
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    return counts;
  }

  /** Answers one request of this server's own message classes, in whose scope the rest of the callback runs. Never throws. */
  handle(req: Request, res: Response): void {
    const snapshot = this.#current().acquire();
    const context = new RequestContext(
      this.#idOf(req.headers['x-request-id']),
      req,
      res,
      snapshot,
      this.#host,
    );
    req.context = context;
    if (this.#closing) res.shouldKeepAlive = false;
    enterScope(context);
    answerFrom(snapshot, context);
    if (context.isOver) context.finish();
    else this.#follow(context);
  }

  /**
   * Most answers are out by the end of this turn of the event loop, those of asynchronous handlers that wait for nothing
   * and of pipelined requests too. Only what is not is followed by events, which cost more than finding the route.
   */
  #follow(context: RequestContext): void {
    this.#inFlight.add(context);
    if (this.#fresh.push(context) === 1) void resolved.then(this.#afterHandlers);
  }

  /** Handlers that wait for nothing have answered by now, all in the same turn: then there is no need to look again. */
  readonly #afterHandlers = (): void => {
    if (this.#fresh.some(({ closed }) => !closed)) setImmediate(this.#endTurn);
    else this.#fresh.length = 0;
  };

  #settleFresh(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const context of fresh) {
      if (context.closed) continue;
      const { response, req } = context;
      if (context.isOver) context.finish();
      // Closed already, or never to be: too late to hear of it.
      else if (response.closed || req.socket.destroyed) context.close();
      else {
        response.on('close', onClose);
        if (response.socket === null) this.#followSocket(context);
      }
    }
  }

  /** A pipelined request has no socket yet, and if the connection breaks before its turn its response never closes. */
  #followSocket(context: RequestContext): void {
    const { socket } = context.req;
    if (this.#followed.has(socket)) return;
    this.#followed.add(socket);
    socket.once('close', () => {
      for (const waiting of this.#inFlight.all.filter(({ req }) => req.socket === socket)) waiting.close();
    });
  }

  /**
   * Starts to accept connections.
   * @returns where it listens; the port that was given when the settings say 0
   * @throws PORT_IN_USE, PORT_FORBIDDEN, HOST_UNAVAILABLE
   */
  listen(): Promise<Address> {
    return listen(this.node, this.#settings);
  }

  /** Sends one request through memory, without a socket; see {@link inject}. */
  inject(method: string, path: string, options?: InjectOptions): Promise<InjectedResponse> {
    return inject(this.node, method, path, options);
  }

  /**
   * Ends the requests of an owner that has to leave: their signals abort, they are answered with 503 where nothing has
   * been sent yet, and cut off otherwise.
   * @returns how many there were
   */
  abort(owner: RouteOwner): number {
    return this.#abort((context) => belongsTo(context, owner));
  }

  /**
   * Stops gracefully: accepts no more connections, lets what is in flight finish (each answer closes its connection),
   * then aborts the rest and breaks all connections. Resolves when every request is settled and the port is free.
   *
   * @param timeout ms to wait for what is in flight
   */
  async close({ timeout }: { timeout: number }): Promise<void> {
    this.#closing = true;
    // Not `Server.close` of HTTP: it takes a connection for idle, and breaks it, while a long answer is still going out.
    const closed = this.node.listening
      ? new Promise<void>((resolve) => NetServer.prototype.close.call(this.node, () => resolve()))
      : undefined;
    for (const { response } of this.#inFlight.all) {
      if (!response.headersSent) response.shouldKeepAlive = false;
    }
    await this.#idle(timeout);
    this.#abort(() => true);
    // Now nothing is left to break, and HTTP's own close ends its timer.
    this.node.close();
    this.node.closeAllConnections();
    await closed;
  }

  #abort(concerned: (context: RequestContext) => boolean): number {
    const found = this.#inFlight.all.filter(concerned);
    for (const context of found) cancelRequest(context, 'This is being taken out of service.', 'DRAINED');
    return found.length;
  }

  /** Resolves when nothing is in flight, or after `timeout` ms. */
  #idle(timeout: number): Promise<void> {
    if (this.#inFlight.all.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeout);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #settled(context: RequestContext): void {
    this.#inFlight.remove(context);
    if (context.observers.length > 0) tellFinished(context);
    context.handle.owner = context.owner.name;
    const { touched } = context;
    const ended = context.dispose();
    // The generation must not be disposed while scoped instances of it are.
    if (touched) void this.#releaseAfter(context, ended);
    else context.snapshot.release();
    if (this.#inFlight.all.length === 0) this.#onIdle?.();
  }

  async #releaseAfter(context: RequestContext, ended: Promise<readonly Error[]>): Promise<void> {
    for (const error of await ended) {
      context.owner.log.error({ err: error, requestId: context.id }, error.message);
    }
    context.snapshot.release();
  }
}

function answerFrom(snapshot: Snapshot<RouteOwner>, context: RequestContext): void {
  try {
    snapshot.get(pipeline).handle(context);
  } catch (error) {
    fail(context, error);
  }
}

function onClose(this: Response): void {
  this.req.context.close();
}

function belongsTo(context: RequestContext, owner: RouteOwner): boolean {
  return context.owner === owner || context.endpoint?.owner === owner;
}
