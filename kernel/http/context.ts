import type { IncomingHttpHeaders } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import type { Request, Response } from 'express';
import { RequestScope, type Services } from '../container/index.ts';
import type { Logger } from '../log/index.ts';
import type { Snapshot } from '../snapshot/index.ts';
import type { Actor, UploadedFile } from './actor.ts';
import type { HeaderList } from './default-headers.ts';
import type { OwnedObserver } from './middleware.ts';
import type { RouteOwner } from './owner.ts';
import { type HttpError, problem } from './problem.ts';
import type { RouteContext } from './route.ts';
import type { Endpoint } from './route-table.ts';
import { parseTraceparent, type Trace } from './trace.ts';

declare global {
  namespace Express {
    interface Request {
      /** Everything the kernel knows about this request. */
      context: RequestContext;
    }
  }
}

type Query = Record<string, string | string[] | undefined>;

const noParams: Record<string, string> = Object.freeze({});
const none: HeaderList = Object.freeze([]);
const nobody: readonly OwnedObserver[] = Object.freeze([]);

/** The server, as its requests see it. */
export interface RequestHost {
  /** Owner of what belongs to no extension. */
  readonly kernel: RouteOwner;
  /** Bytes of body for a route that sets no limit of its own. */
  readonly bodyLimit: number;
  /** Is everything up that shall answer requests? */
  ready(): boolean;
  /** The answer is out (or the client gone), the handler is done: nothing of this request runs any more. */
  settled(context: RequestContext): void;
}

/**
 * One request, and the scope of its services. It is what a handler receives, so every value that costs anything is
 * made when it is first read. Lives until its response is closed *and* its handler is done.
 */
export class RequestContext extends RequestScope implements RouteContext {
  readonly req: Request;
  readonly #res: Response;
  readonly host: RequestHost;
  readonly snapshot: Snapshot<RouteOwner>;
  /** Whose code runs at this moment: errors are theirs, services are those that they may use. */
  owner: RouteOwner;
  endpoint: Endpoint | undefined = undefined;
  params: Record<string, string> = noParams;
  body: unknown = undefined;
  actor: Actor | undefined = undefined;
  /** What its answer carries unless it says otherwise. */
  defaultHeaders: HeaderList = none;
  /** Who observes this request, and since when (`performance.now()`, ms). */
  observers: readonly OwnedObserver[] = nobody;
  started = 0;
  /** Index among the requests in flight, -1 when it is not among them. */
  place = -1;
  #query: Query | undefined = undefined;
  #headers: IncomingHttpHeaders | undefined = undefined;
  #locale: string | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;
  /** Why the request was ended before its handler was done. */
  cancelled: HttpError | undefined = undefined;
  #shared = false;
  #running = false;
  #closed = false;
  #settled = false;

  constructor(id: string, req: Request, res: Response, snapshot: Snapshot<RouteOwner>, host: RequestHost) {
    super(id);
    this.req = req;
    this.#res = res;
    this.snapshot = snapshot;
    this.host = host;
    this.owner = host.kernel;
  }

  /** Express's response. Whoever answers with it itself returns it from the handler. */
  get res(): Response {
    this.#shared = true;
    return this.#res;
  }

  /** The response for the kernel's own writing. */
  get response(): Response {
    return this.#res;
  }

  get query(): Query {
    if (this.#query === undefined) {
      const { url } = this.req;
      const mark = url.indexOf('?');
      this.#query = mark === -1 ? {} : { ...parseQuery(url.slice(mark + 1)) };
    }
    return this.#query;
  }

  get headers(): IncomingHttpHeaders {
    return this.#headers ?? this.req.headers;
  }

  /** Headers as checked by the route's schema. */
  set headers(checked: IncomingHttpHeaders) {
    this.#headers = checked;
  }

  get files(): readonly UploadedFile[] {
    const { files } = this.req as Request & { files?: readonly UploadedFile[] };
    return files ?? [];
  }

  get locale(): string {
    if (this.#locale === undefined) {
      const [first = '*'] = this.req.acceptsLanguages();
      this.#locale = first === '*' ? 'en' : first;
    }
    return this.#locale;
  }

  /** For whoever knows better than `accept-language`: a user's setting, the languages there are. */
  set locale(tag: string) {
    this.#locale = tag;
  }

  get log(): Logger {
    return this.owner.log;
  }

  get services(): Services {
    return this.of(this.owner.container);
  }

  get trace(): Trace | undefined {
    const { traceparent } = this.req.headers;
    return typeof traceparent === 'string' ? parseTraceparent(traceparent) : undefined;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.cancelled) this.#controller.abort(this.cancelled);
    }
    return this.#controller.signal;
  }

  /** Is the response closed, so that nothing can be sent any more? */
  get closed(): boolean {
    return this.#closed;
  }

  /** Starts the route's time limit (ms); `onTimeout` is called once when it is over. */
  limit(ms: number, onTimeout: (context: RequestContext) => void): void {
    this.#timer = setTimeout(onTimeout, ms, this);
  }

  /** Aborts `signal`. The request then no longer waits for its handler, only for its response to be closed. */
  cancel(reason: HttpError): void {
    this.cancelled ??= reason;
    this.#controller?.abort(this.cancelled);
    this.end();
  }

  /** A handler that answers later has been started. */
  begin(): void {
    this.#running = true;
  }

  /** The handler is done. */
  end(): void {
    this.#running = false;
    if (this.#closed) this.#settle();
    else if (this.isOver) this.finish();
  }

  /**
   * Is the whole answer with the operating system, and nobody left who may still do something with the response? So it is
   * after most synchronous handlers, and then following the response to its end, which costs more than finding the route,
   * is not needed.
   */
  get isOver(): boolean {
    if (this.#shared || this.#running) return false;
    const { writableFinished, writableEnded, socket } = this.#res;
    return writableFinished || (writableEnded && socket?.writableLength === 0);
  }

  /** Ends a request that {@link isOver}. */
  finish(): void {
    this.#closed = true;
    this.#settle();
  }

  /** The response is closed: all of it is sent, or the client is gone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#res.writableFinished) this.#abandon();
    if (!this.#running) this.#settle();
  }

  #abandon(): void {
    this.cancelled ??= problem(499, 'The client closed the connection.', { code: 'CLIENT_GONE' });
    this.#controller?.abort(this.cancelled);
  }

  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.host.settled(this);
  }
}
