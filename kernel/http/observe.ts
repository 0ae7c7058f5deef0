import type { RequestContext } from './context.ts';
import type { Observer, OwnedObserver } from './middleware.ts';

/** Lets observers know of a request, and has the context remember them and the time. */
export function tellStarted(context: RequestContext, observers: readonly OwnedObserver[]): void {
  context.observers = observers;
  context.started = performance.now();
  tell(context, (observer) => observer.started?.(context.req));
}

/** Lets them know that it is over. */
export function tellFinished(context: RequestContext): void {
  const { req, response, endpoint, started } = context;
  const finished = {
    req,
    route: endpoint?.route,
    path: endpoint?.path,
    owner: endpoint?.owner ?? context.owner,
    status: response.statusCode,
    durationMs: performance.now() - started,
    // An answer that went out at once is not yet "finished", but nobody gave it up.
    aborted: !response.writableFinished && context.cancelled !== undefined,
  };
  tell(context, (observer) => observer.finished?.(finished));
}

/** An observer that fails is logged as its owner; neither the request nor the other observers notice. */
function tell(context: RequestContext, what: (observer: Observer) => void): void {
  for (const { observer, owner } of context.observers) {
    try {
      what(observer);
    } catch (error) {
      owner.log.error({ err: error, requestId: context.id }, 'An observer of requests failed.');
    }
  }
}
