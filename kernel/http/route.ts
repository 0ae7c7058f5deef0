import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';
import type { Services } from '../container/index.ts';
import { BackplaneError } from '../errors.ts';
import type { Logger } from '../log/index.ts';
import type { Actor, UploadedFile } from './actor.ts';
import { type PreparedRoute, prepare } from './prepared-route.ts';
import type { Described, Method, RouteOptions } from './route-options.ts';
import type { Trace } from './trace.ts';

/** What a handler receives. All of it is made when it is first read. */
export interface RouteContext<Options = RouteOptions> {
  /** Request id: on the response and on each log line. */
  readonly id: string;
  readonly params: Described<Options, 'params', Record<string, string>>;
  readonly query: Described<Options, 'query', Record<string, string | string[] | undefined>>;
  readonly body: Described<Options, 'body', unknown>;
  readonly headers: Described<Options, 'headers', IncomingHttpHeaders>;
  readonly files: readonly UploadedFile[];
  /** Who asks; for `required` and named strategies there always is one. */
  readonly actor: Options extends { readonly auth: infer Auth }
    ? Auth extends 'none' | 'optional'
      ? Actor | undefined
      : Actor
    : Actor | undefined;
  /** Language to answer in, a BCP 47 tag. */
  readonly locale: string;
  readonly log: Logger;
  /** Aborts when the client goes away, the route's time is up, or the extension has to leave. */
  readonly signal: AbortSignal;
  readonly services: Services;
  readonly trace: Trace | undefined;
  readonly req: Request;
  /** A handler that answers with it itself returns it. */
  readonly res: Response;
}

/**
 * Answers a request by what it returns: an object is sent as JSON by the response schema, a string as text, nothing as
 * 204; buffers, streams and a fetch `Response` pass as they are; `reply(…)` sets status and headers.
 */
export type RouteHandler<Options = RouteOptions> = (context: RouteContext<Options>) => unknown;

/** A declared route. Made with `route.get(…)` and its like. */
export class Route {
  readonly method: Method;
  /** As declared, below the owner's prefix: `/posts/:id`. */
  readonly path: string;
  readonly options: RouteOptions;
  readonly handler: RouteHandler;
  /** Nothing stands before its handler: anybody may call it, and it has no middleware of its own. */
  readonly isOpen: boolean;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  #prepared: PreparedRoute | undefined;

  /** @throws ROUTE_INVALID without a handler */
  constructor(method: Method, path: string, options: RouteOptions, handler: RouteHandler | undefined) {
    if (typeof handler !== 'function') {
      const reason = `it has no handler: write route.${method.toLowerCase()}('${path}', ({ params }) => …).`;
      throw new BackplaneError('ROUTE_INVALID', { route: `${method} ${path}`, reason });
    }
    this.method = method;
    this.path = path;
    this.options = options;
    this.handler = handler;
    // Every request asks for these two: among hundreds of routes each object on the way to them is a miss of the cache.
    this.isOpen = (options.auth ?? 'none') === 'none' && options.middleware === undefined;
    this.timeout = options.timeout;
  }

  /** Validators and serialisers, compiled when first asked for: they cost far more than the route itself. */
  get prepared(): PreparedRoute {
    this.#prepared ??= prepare(`${this.method} ${this.path}`, this.options);
    return this.#prepared;
  }
}

/**
 * Compiles the schemas of a route now instead of at its first request.
 * @throws ROUTE_SCHEMA_INVALID
 */
export function prepareRoute(route: Route): void {
  route.prepared;
}

/** A route's path, options and handler; the options' schemas type what the handler gets. They may be left out. */
interface Declare {
  <const Options extends RouteOptions>(path: string, options: Options, handler: RouteHandler<Options>): Route;
  (path: string, handler: RouteHandler): Route;
}

function declare<const Options extends RouteOptions>(
  method: Method,
  path: string,
  options: Options,
  handler: RouteHandler<Options>,
): Route {
  // The validators make of a request what `Options` says; a list of routes of unlike options cannot say it in types.
  return new Route(method, path, options, handler as RouteHandler);
}

function of(method: Method): Declare {
  return (path: string, second: RouteOptions | RouteHandler, handler?: RouteHandler): Route =>
    typeof second === 'function'
      ? new Route(method, path, {}, second)
      : new Route(method, path, second, handler);
}

/**
 * Declares a route.
 *
 * @example
 * export default route.get('/posts/:id', { params: Type.Object({ id: Type.String() }) }, ({ params }) => find(params.id));
 */
export const route = Object.assign(declare, {
  get: of('GET'),
  post: of('POST'),
  put: of('PUT'),
  patch: of('PATCH'),
  delete: of('DELETE'),
  head: of('HEAD'),
  options: of('OPTIONS'),
});
