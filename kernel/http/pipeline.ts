import { BackplaneError, didYouMean, throwFaults } from '../errors.ts';
import { defineRegistry, type Views } from '../snapshot/index.ts';
import { authenticate } from './authenticate.ts';
import { hasBody, readBody } from './body.ts';
import { runChain } from './chain.ts';
import type { RequestContext } from './context.ts';
import { fail, sendProblem } from './failure.ts';
import { invoke } from './invoke.ts';
import { type MiddlewareTable, middleware, type Step } from './middleware.ts';
import { tellStarted } from './observe.ts';
import type { RouteOwner } from './owner.ts';
import { problem } from './problem.ts';
import { type Endpoint, type RouteTable, routes } from './route-table.ts';
import { type StrategyTable, strategies } from './strategy.ts';
import { write } from './write.ts';

/**
 * The way of a request through one snapshot: incoming middleware → route → authentication → authenticated middleware →
 * the route's middleware → body → checks → handler. A view over the views that it needs, so that a request looks up one.
 */
export class Pipeline {
  readonly #table: RouteTable;
  readonly #middleware: MiddlewareTable;
  readonly #strategies: StrategyTable;
  /** What the paths of the kernel's own routes begin with: `/kernel`, `/health`. */
  readonly #ofKernel: readonly string[];

  constructor(table: RouteTable, steps: MiddlewareTable, known: StrategyTable) {
    this.#table = table;
    this.#middleware = steps;
    this.#strategies = known;
    const own = table.endpoints.filter(({ owner }) => owner.name === 'kernel');
    this.#ofKernel = [...new Set(own.map(({ path }) => `/${path.split('/')[1]}`))];
  }

  /** Answers a request, or hands it to whom it belongs. Never throws. */
  handle(context: RequestContext): void {
    const { incoming, observers, headers } = this.#middleware;
    context.defaultHeaders = headers;
    if (observers.length > 0) tellStarted(context, observers);
    if (incoming.length === 0 || this.#isOfKernel(context)) this.#route(context);
    else runChain(context, incoming, this.#route, fail);
  }

  /** Is this a route of the kernel's own? Middleware of extensions has no part in it, so that none can lock it away. */
  #isOfKernel({ req }: RequestContext): boolean {
    for (const start of this.#ofKernel) {
      if (req.url.startsWith(start))
        return this.#table.find(req.method, req.url)?.store.owner.name === 'kernel';
    }
    return false;
  }

  readonly #route = (context: RequestContext): void => {
    const { req } = context;
    const found = this.#table.find(req.method, req.url);
    if (found === undefined) {
      this.#unknown(context);
      return;
    }
    const endpoint = found.store;
    context.endpoint = endpoint;
    context.params = found.params;
    const { isOpen, options } = endpoint.route;
    if (this.#middleware.authenticated.length > 0 || options.middleware !== undefined || hasBody(req)) {
      void this.#inStages(context, endpoint);
    } else if (isOpen) {
      invoke(context, endpoint);
    } else {
      this.#known(context, endpoint);
    }
  };

  /** Authentication and nothing else before the handler: at once where the strategies answer at once. */
  #known(context: RequestContext, endpoint: Endpoint): void {
    const go = (): void => {
      if (!context.closed && !context.response.headersSent) invoke(context, endpoint);
    };
    try {
      const { auth = 'none' } = endpoint.route.options;
      const waiting = auth === 'none' ? undefined : authenticate(context, auth, this.#strategies);
      if (waiting) waiting.then(go).catch((error: unknown) => fail(context, error));
      else go();
    } catch (error) {
      fail(context, error);
    }
  }

  async #inStages(context: RequestContext, endpoint: Endpoint): Promise<void> {
    const { auth = 'none', middleware: own = [], bodyLimit } = endpoint.route.options;
    const { req } = context;
    try {
      await this.#guard(context, auth, own.map(ownedBy(endpoint.owner)));
      context.owner = endpoint.owner;
      // A middleware that has read the body (a multipart parser) left it here.
      if (context.body === undefined && hasBody(req) && !req.readableEnded) {
        context.body = await readBody(req, bodyLimit ?? context.host.bodyLimit);
      }
    } catch (error) {
      fail(context, error);
      return;
    }
    if (!context.closed && !context.response.headersSent) invoke(context, endpoint);
  }

  /** Authentication, then middleware. Does not come back when a middleware answers. */
  async #guard(context: RequestContext, auth: string, own: readonly Step[]): Promise<void> {
    if (auth !== 'none') await authenticate(context, auth, this.#strategies);
    const shared = context.endpoint?.owner.name === 'kernel' ? [] : this.#middleware.authenticated;
    const steps = [...shared, ...own];
    if (steps.length > 0) await new Promise<unknown>((done) => runChain(context, steps, done, fail));
  }

  /** No declared route: Express's turn, and after it the answers that every server owes. */
  #unknown(context: RequestContext): void {
    const [path = ''] = context.req.url.split('?', 1);
    const { router } = this.#table;
    if (!isDecodable(path)) {
      fail(context, problem(400, 'The path holds a malformed percent-encoding.', { code: 'PATH_MALFORMED' }));
    } else if (router) {
      this.#guard(context, 'optional', []).then(
        () => router(context.req, context.res, (error) => this.#afterRouter(context, error)),
        (error) => fail(context, error),
      );
    } else {
      this.#nothingHere(context);
    }
  }

  #afterRouter(context: RequestContext, error: unknown): void {
    if (error) fail(context, error);
    else this.#nothingHere(context);
  }

  #nothingHere(context: RequestContext): void {
    const { method, url } = context.req;
    const allow = this.#table.methodsAt(url).join(', ');
    context.owner = context.host.kernel;
    if (allow !== '' && method === 'OPTIONS') {
      write(context, 204, undefined, undefined, { allow });
    } else if (allow !== '') {
      sendProblem(
        context,
        problem(405, `${method} is not possible here; ${allow} are.`, { headers: { allow } }),
      );
    } else if (!context.host.ready()) {
      const headers = { 'retry-after': '1' };
      sendProblem(context, problem(503, 'Not everything is up yet.', { code: 'NOT_READY', headers }));
    } else {
      sendProblem(context, problem(404, `Nothing answers ${method} ${url.split('?', 1)[0]}.`));
    }
  }
}

function ownedBy(owner: RouteOwner): (handle: Step['handle']) => Step {
  return (handle) => ({ handle, owner });
}

function isDecodable(path: string): boolean {
  try {
    decodeURI(path);
    return true;
  } catch {
    return false;
  }
}

/** Compiles the other HTTP views into the one that each request uses. Nobody contributes to it. */
export const pipeline = defineRegistry<never, Pipeline, RouteOwner>({
  name: 'pipeline',
  dependsOn: [routes.name, middleware.name, strategies.name],
  expected: 'nothing: it is compiled from routes, middleware and strategies',
  accepts: (_value): _value is never => false,
  compile: (_contributions, views) => compilePipeline(views),
});

/** @throws STRATEGY_UNKNOWN for each route that asks for a strategy which is not there */
function compilePipeline(views: Views): Pipeline {
  const table = views.get(routes);
  const known = views.get(strategies);
  const rules = new Set(['none', 'optional', 'required', ...known.keys()]);
  throwFaults(
    table.endpoints
      .filter(({ route }) => route.options.auth !== undefined && !rules.has(route.options.auth))
      .map(({ route, method, path, owner }) => {
        const strategy = route.options.auth ?? '';
        const suggestion = didYouMean(strategy, rules);
        const details = {
          route: `${method} ${path}`,
          owner: owner.name,
          strategy,
          known: [...rules],
          suggestion,
        };
        return new BackplaneError('STRATEGY_UNKNOWN', details);
      }),
  );
  return new Pipeline(table, views.get(middleware), known);
}
