import type { RequestContext } from './context.ts';
import type { Step } from './middleware.ts';
import type { RouteOwner } from './owner.ts';

/**
 * Runs Express middleware one after another, each as its owner. Stops where one answers itself.
 *
 * @param done called once all have called `next()`
 * @param failed called with what one threw, rejected with, or gave to `next`, and whose it was
 */
export function runChain(
  context: RequestContext,
  steps: readonly Step[],
  done: (context: RequestContext) => void,
  failed: (context: RequestContext, error: unknown, owner: RouteOwner) => void,
): void {
  const { req, res } = context;
  let reached = 0;
  const run = (index: number): void => {
    const step = steps[index];
    if (step === undefined) {
      done(context);
      return;
    }
    const { handle, owner } = step;
    const next = (error?: unknown): void => {
      // A second call of the same next() would run everything behind it twice.
      if (reached !== index) return;
      reached += 1;
      if (error) failed(context, error, owner);
      else run(reached);
    };
    context.owner = owner;
    try {
      const result: unknown = handle(req, res, next);
      if (result instanceof Promise) result.catch((error) => failed(context, error, owner));
    } catch (error) {
      failed(context, error, owner);
    }
  };
  run(0);
}
