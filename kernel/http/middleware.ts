import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { BackplaneError, unknownKeys } from '../errors.ts';
import { defineRegistry } from '../snapshot/index.ts';
import { compileHeaders, DefaultHeaders, type HeaderList } from './default-headers.ts';
import type { RouteOwner } from './owner.ts';
import type { Route } from './route.ts';

const phases = ['incoming', 'authenticated'] as const;

/** `incoming`: every request, before its route is known. `authenticated`: known route and actor, body not yet read. */
export type Phase = (typeof phases)[number];

export interface MiddlewareOptions {
  readonly phase: Phase;
  /** Higher runs earlier; 0 if left out. Equals run in the order of their extensions. */
  readonly priority?: number;
  /** Any Express middleware. */
  readonly handle: (req: Request, res: Response, next: NextFunction) => unknown;
}

/** Express middleware for the requests of all extensions. Made with {@link defineMiddleware}. */
export class Middleware {
  readonly phase: Phase;
  readonly priority: number;
  readonly handle: RequestHandler;

  constructor({ phase, priority = 0, handle }: MiddlewareOptions) {
    this.phase = phase;
    this.priority = priority;
    this.handle = handle;
  }
}

/**
 * @throws DEFINITION_INVALID for anything but these options, such as a bare Express middleware
 * @example export default defineMiddleware({ phase: 'incoming', handle: helmet() });
 */
export function defineMiddleware(options: MiddlewareOptions): Middleware {
  const faults = [
    ...(typeof options === 'function'
      ? ['takes { phase, handle }, not a function: defineMiddleware({ phase: "incoming", handle }).']
      : [
          ...unknownKeys(options, ['phase', 'priority', 'handle']),
          ...(typeof options.handle === 'function' ? [] : ['"handle" must be an Express middleware.']),
          ...(phases.includes(options.phase) ? [] : [`"phase" must be one of ${phases.join(', ')}.`]),
        ]),
  ];
  if (faults.length > 0)
    throw new BackplaneError('DEFINITION_INVALID', { define: 'defineMiddleware', faults });
  return new Middleware(options);
}

/** What is known of a request when it is over. */
export interface FinishedRequest {
  readonly req: Request;
  /** `undefined` when no declared route answered: an Express router, a 404. */
  readonly route: Route | undefined;
  /** Path of the route as mounted, `/blog/posts/:id`: one value for all its requests. */
  readonly path: string | undefined;
  readonly owner: RouteOwner;
  readonly status: number;
  /** From the first byte of handling until the response was closed. */
  readonly durationMs: number;
  /** The client left, or the request was cancelled, before all was sent. */
  readonly aborted: boolean;
}

export interface ObserverOptions {
  readonly started?: (req: Request) => void;
  readonly finished?: (request: FinishedRequest) => void;
}

/** Sees requests begin and end and changes nothing. Made with {@link defineObserver}. */
export class Observer {
  readonly started: ObserverOptions['started'];
  readonly finished: ObserverOptions['finished'];

  constructor({ started, finished }: ObserverOptions) {
    this.started = started;
    this.finished = finished;
  }
}

/** @example export default defineObserver({ finished: ({ status, durationMs }) => histogram.observe({ status }, durationMs) }); */
export function defineObserver(options: ObserverOptions): Observer {
  const faults = unknownKeys(options, ['started', 'finished']);
  if (faults.length > 0) throw new BackplaneError('DEFINITION_INVALID', { define: 'defineObserver', faults });
  return new Observer(options);
}

/** Has unexpected errors show their message to the client. The kernel contributes it where clients are developers. */
export class ErrorDetails {}

/** One middleware in its place in a chain. */
export interface Step {
  readonly handle: RequestHandler;
  readonly owner: RouteOwner;
}

export interface OwnedObserver {
  readonly observer: Observer;
  readonly owner: RouteOwner;
}

export interface MiddlewareTable {
  readonly incoming: readonly Step[];
  readonly authenticated: readonly Step[];
  readonly observers: readonly OwnedObserver[];
  readonly headers: HeaderList;
  /** Does a 500 say what was thrown? */
  readonly showsErrors: boolean;
}

type Contributed = Middleware | Observer | DefaultHeaders | ErrorDetails;

export const middleware = defineRegistry<Contributed, MiddlewareTable, RouteOwner>({
  name: 'middleware',
  folder: 'middleware',
  expected: 'defineMiddleware(…), defineObserver(…) or defineHeaders(…)',
  accepts: (value): value is Contributed =>
    [Middleware, Observer, DefaultHeaders, ErrorDetails].some((each) => value instanceof each),
  compile(contributions) {
    const steps: { value: Middleware; owner: RouteOwner }[] = [];
    const observers: OwnedObserver[] = [];
    const headers: { value: DefaultHeaders; owner: RouteOwner; source: string }[] = [];
    for (const { value, owner, source } of contributions) {
      if (value instanceof Middleware) steps.push({ value, owner });
      else if (value instanceof Observer) observers.push({ observer: value, owner });
      else if (value instanceof DefaultHeaders) headers.push({ value, owner, source });
    }
    steps.sort((a, b) => b.value.priority - a.value.priority);
    const of = (phase: Phase): Step[] =>
      steps
        .filter(({ value }) => value.phase === phase)
        .map(({ value, owner }) => ({ handle: value.handle, owner }));
    return {
      incoming: of('incoming'),
      authenticated: of('authenticated'),
      observers,
      headers: compileHeaders(headers),
      showsErrors: contributions.some(({ value }) => value instanceof ErrorDetails),
    };
  },
});
