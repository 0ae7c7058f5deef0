import type { Clock } from './clock.ts';
import { sleep } from './clock.ts';
import type { Reconciliation } from './driver.ts';
import type { Instance } from './instance.ts';

/** @param fault of what was answered */
export const misfit = (fault: string): string =>
  `What "reconcile" returned does not fit the schema of the output: ${fault}`;

const unknown: Reconciliation = { state: 'unknown' };

export interface OutcomeQuestion {
  readonly instance: Instance;
  readonly operation: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** Milliseconds that the answer may take. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly onError: (error: unknown) => void;
}

/** Asks the driver what became of an attempt. Whatever goes wrong, then it is not known. Never throws. */
export async function askOutcome(question: OutcomeQuestion): Promise<Reconciliation> {
  const { instance, operation, key, sentAt, timeout, clock, signal, onError } = question;
  const { reconcile } = instance.driver.driver;
  if (reconcile === undefined || timeout <= 0) return unknown;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (signal?.aborted) return unknown;
  signal?.addEventListener('abort', abort);
  // It may be in no set any more by the time that it answers.
  using _held = instance.hold();
  const asking = Promise.try(() =>
    reconcile(instance.client, { operation, key, sentAt, signal: controller.signal }),
  ).catch((error: unknown) => {
    onError(error);
    return unknown;
  });
  // Whoever comes first ends the other.
  const waiting = sleep(clock, timeout, controller.signal).then(() => unknown);
  const answer = await Promise.race([asking, waiting]);
  controller.abort();
  signal?.removeEventListener('abort', abort);
  return isReconciliation(answer) ? answer : unknown;
}

function isReconciliation(value: unknown): value is Reconciliation {
  if (typeof value !== 'object' || value === null || !('state' in value)) return false;
  return (
    value.state === 'notDone' || value.state === 'unknown' || (value.state === 'done' && 'value' in value)
  );
}
