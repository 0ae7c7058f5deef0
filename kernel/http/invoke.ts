import { answer } from './answer.ts';
import { check } from './check.ts';
import type { RequestContext } from './context.ts';
import { fail, sendProblem } from './failure.ts';
import { problem } from './problem.ts';
import type { Endpoint } from './route-table.ts';

/** Checks the request, calls the handler and answers with what it returns. Stays synchronous where the handler does. */
export function invoke(context: RequestContext, endpoint: Endpoint): void {
  const { route, owner } = endpoint;
  context.owner = owner;
  try {
    check(context, route.prepared);
    if (route.timeout !== undefined) context.limit(route.timeout, onTimeout);
    const result = route.handler(context);
    if (isPromiseLike(result)) answerLater(context, endpoint, result);
    else answer(context, endpoint, result);
  } catch (error) {
    fail(context, error, owner);
  }
}

/** Callbacks rather than `async`: one promise less for every request of an asynchronous handler. */
function answerLater(context: RequestContext, endpoint: Endpoint, result: PromiseLike<unknown>): void {
  const succeed = (value: unknown): void => {
    try {
      answer(context, endpoint, value);
    } catch (error) {
      fail(context, error, endpoint.owner);
    }
    context.end();
  };
  const giveUp = (error: unknown): void => {
    fail(context, error, endpoint.owner);
    context.end();
  };
  context.begin();
  // What is no promise of JavaScript's own may throw in `then`, or call back twice.
  if (result instanceof Promise) result.then(succeed, giveUp);
  else Promise.resolve(result).then(succeed, giveUp);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function onTimeout(context: RequestContext): void {
  const { timeout } = context.endpoint?.route.options ?? {};
  cancelRequest(context, `The route did not answer within ${timeout} ms.`, 'TIMED_OUT');
}

/**
 * Ends a request from outside: its signal aborts, and it is answered with 503 where nothing is sent yet, otherwise its
 * connection is broken.
 */
export function cancelRequest(context: RequestContext, detail: string, code: string): void {
  const reason = problem(503, detail, { code, headers: { 'retry-after': '1' } });
  context.cancel(reason);
  if (context.closed || context.response.writableEnded) return;
  if (context.response.headersSent) context.response.destroy();
  else sendProblem(context, reason);
}
