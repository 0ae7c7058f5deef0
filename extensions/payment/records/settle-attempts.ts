import { isBackplaneError, type Services } from 'backplane';
import type { Kind } from '../contract/events.ts';
import { poolOperation } from './pool-operation.ts';

/** Tells the pool what became of an attempt whose outcome was unknown: whoever repeats the call gets this answer. */
export async function settleAttempts(
  { providers }: Services,
  kind: Kind,
  operationId: string,
  object: unknown,
): Promise<void> {
  try {
    await providers.settle('payment', poolOperation(kind, operationId), { state: 'done', value: object });
  } catch (error) {
    // Nobody waits for it: the answer came, or the attempt was made by a process whose journal is gone.
    if (!isBackplaneError(error) || error.code !== 'PROVIDER_ATTEMPT_UNKNOWN') throw error;
  }
}
