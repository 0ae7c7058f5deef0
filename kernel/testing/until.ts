import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { BackplaneError, messageOf } from '../errors.ts';

/** The turns of the event loop that are waited for one by one, before the waiting becomes less eager. */
const eagerTurns = 50;

/**
 * Waits until something holds: asks again and again, between the turns of the event loop.
 *
 * @param condition holds when it returns something truthy; while it throws (an assertion, for instance) it does not hold
 * @param options `timeout`: milliseconds, 5000 if left out
 * @returns what the condition returned at last
 * @throws CONDITION_TIMEOUT, with what the condition threw last as its cause
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeout = 5000 }: { readonly timeout?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (let turn = 0; ; turn += 1) {
    const attempt = await tryOut(condition);
    if ('value' in attempt && attempt.value) return attempt.value;
    if (performance.now() >= deadline) {
      const { error } = attempt;
      const reason = error === undefined ? 'it does not hold' : messageOf(error);
      throw new BackplaneError('CONDITION_TIMEOUT', { timeout, reason }, { cause: error });
    }
    await (turn < eagerTurns ? nextTurn() : delay(5));
  }
}

async function tryOut<T>(
  condition: () => T | Promise<T>,
): Promise<{ value: T; error?: undefined } | { error: unknown }> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}
