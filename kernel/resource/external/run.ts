import type { Call } from '../hook/call.ts';
import { runHooked } from '../hook/run.ts';
import { afterwards, type Writing } from '../manager/commit.ts';
import { tellChange } from '../manager/events.ts';
import type { World } from '../manager/world.ts';
import type { Resource } from '../resources.ts';

/**
 * Runs an operation that writes behind a provider: its checks, hooks and the writing, then at once what follows. There is
 * no transaction: what the provider has done stays done, and is told of, even if a hook fails after it.
 */
export async function runOutside<Answer>(
  world: World,
  resource: Resource,
  call: Call,
  {
    prepare,
    perform,
    answer,
    changes,
  }: Omit<Writing<Answer>, 'perform'> & { readonly perform: () => Promise<unknown> },
): Promise<Answer> {
  const chain = resource.chain(call.operation);
  await prepare?.();
  let result: Answer;
  try {
    result = await answer(await runHooked(call, chain, perform));
  } catch (error) {
    for (const one of changes?.() ?? []) await tellChange(world, one);
    throw error;
  }
  await afterwards(world, chain, call, { changes });
  return result;
}
