import type { Actor } from './actor.ts';
import { challengeOf } from './challenge.ts';
import type { RequestContext } from './context.ts';
import { problem } from './problem.ts';
import type { OwnedStrategy, StrategyTable } from './strategy.ts';

/**
 * Finds out who makes a request, by the route's rule, and puts the actor on the context. Stays synchronous where the
 * strategies do: most requests carry credentials that are known already, and nothing has to be waited for.
 *
 * @param auth `optional`, `required` or the name of a strategy
 * @returns a promise where a strategy has to be waited for
 * @throws HttpError 401 when there has to be an actor and none is found
 */
export function authenticate(
  context: RequestContext,
  auth: string,
  table: StrategyTable,
): Promise<void> | undefined {
  const asked = auth === 'optional' || auth === 'required' ? [...table.values()] : strategyNamed(table, auth);
  return ask(context, auth, asked, 0);
}

function strategyNamed(table: StrategyTable, name: string): OwnedStrategy[] {
  const found = table.get(name);
  return found ? [found] : [];
}

/** Asks one strategy after the other, from that at `first` on. */
function ask(
  context: RequestContext,
  auth: string,
  asked: readonly OwnedStrategy[],
  first: number,
): Promise<void> | undefined {
  for (let index = first; index < asked.length; index += 1) {
    const { strategy, owner } = asked[index] ?? {};
    if (!strategy || !owner) continue;
    // A strategy uses the services of its own extension, and its errors are that extension's.
    context.owner = owner;
    const found = strategy.authenticate(context.req);
    if (isPromiseLike(found)) {
      return Promise.resolve(found).then((actor) => {
        context.actor = actor;
        return actor ? undefined : ask(context, auth, asked, index + 1);
      });
    }
    context.actor = found;
    if (found) return undefined;
  }
  if (auth === 'optional') return undefined;
  throw problem(401, 'This needs credentials, and the request carries none that are valid.', {
    headers: { 'www-authenticate': challengeOf(asked) },
  });
}

type Found = ReturnType<OwnedStrategy['strategy']['authenticate']>;

function isPromiseLike(found: Found): found is Promise<Actor | undefined> {
  return found !== undefined && 'then' in found && typeof found.then === 'function';
}
