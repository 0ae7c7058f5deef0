import { BackplaneError } from '../../errors.ts';
import { type Call, OwnedCall } from './call.ts';
import type { Chain, OwnedHook } from './hook-table.ts';

/**
 * Runs an operation with its hooks: each `around` holds what follows, then `before`, the operation, `after`.
 *
 * @param perform the operation itself; what it returns is the call's result
 * @returns the result, as the hooks leave it
 */
export async function runHooked(
  call: Call,
  chain: Chain | undefined,
  perform: () => Promise<unknown>,
): Promise<unknown> {
  if (chain === undefined) {
    call.result = await perform();
    return call.result;
  }
  let isDone = false;
  const inner = async (): Promise<void> => {
    await each(chain.before, call);
    call.result = await perform();
    isDone = true;
    await each(chain.after, call);
  };
  await chain.around.reduceRight(around(call), inner)();
  assertAnswered(call, isDone);
  return call.result;
}

/** Whoever does without the operation has to give the answer in its place, where one is expected. */
function assertAnswered({ entity, operation, result }: Call, isDone: boolean): void {
  if (isDone || result !== undefined || operation === 'delete' || operation === 'deleteMany') return;
  const reason = 'it neither called next() nor set context.result.';
  throw new BackplaneError('HOOK_UNANSWERED', { operation: `${entity.name}:${operation}`, reason });
}

function around(call: Call): (next: () => Promise<void>, hook: OwnedHook) => () => Promise<void> {
  return (next, { hook, owner }) =>
    async () => {
      let called = false;
      const once = (): Promise<void> => {
        // Twice would write twice.
        if (called)
          throw new Error(`A hook around ${call.entity.name}:${call.operation} called next() twice.`);
        called = true;
        return next();
      };
      await invoke(hook.handler, new OwnedCall(call, owner), once);
    };
}

/** One after another. */
export async function each(list: readonly OwnedHook[], call: Call): Promise<void> {
  for (const { hook, owner } of list) await invoke(hook.handler, new OwnedCall(call, owner), noNext);
}

async function noNext(): Promise<void> {}

function invoke(
  handler: (context: never, next: () => Promise<void>) => unknown,
  context: OwnedCall,
  next: () => Promise<void>,
): unknown {
  // Each handler is registered for the operation whose call this is.
  return handler(context as never, next);
}
