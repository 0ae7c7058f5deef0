import type { Actor } from './actor.ts';
import { challengeOf } from './challenge.ts';
import type { RequestContext } from './context.ts';
import { problem } from './problem.ts';
import type { OwnedStrategy, StrategyTable } from './strategy.ts';

/**
 * Finds out who makes a request, by the route's rule, and puts the actor on the context.
 *
 * @param auth `optional`, `required` or the name of a strategy
 * @throws HttpError 401 when there has to be an actor and none is found
 */
export async function authenticate(
  context: RequestContext,
  auth: string,
  table: StrategyTable,
): Promise<void> {
  const asked = auth === 'optional' || auth === 'required' ? [...table.values()] : strategyNamed(table, auth);
  context.actor = await firstActor(context, asked);
  if (context.actor || auth === 'optional') return;

  throw problem(401, 'This needs credentials, and the request carries none that are valid.', {
    headers: { 'www-authenticate': challengeOf(asked) },
  });
}

function strategyNamed(table: StrategyTable, name: string): OwnedStrategy[] {
  const found = table.get(name);
  return found ? [found] : [];
}

async function firstActor(
  context: RequestContext,
  asked: readonly OwnedStrategy[],
): Promise<Actor | undefined> {
  for (const { strategy, owner } of asked) {
    // A strategy uses the services of its own extension, and its errors are that extension's.
    context.owner = owner;
    const actor = await strategy.authenticate(context.req);
    if (actor) return actor;
  }
  return undefined;
}
