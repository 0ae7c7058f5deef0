import type { Safety } from './capability.ts';
import { type Failure, isCallers } from './failure.ts';

/** What is known when an attempt has failed. */
export interface Situation {
  readonly failure: Failure;
  readonly safety: Safety;
  /** Does the API heed the idempotency key? */
  readonly deduplicates: boolean;
  /** May an earlier attempt at the same work have been done, in the same deduplication domain? */
  readonly isOutstanding: boolean;
}

/**
 * `raise`: to the caller. `other`: whoever is left. `sameDomain`: whoever knows the key, with the very same key and input.
 * `reconcile`: ask what became of it. `unknown`: tell the caller that nobody knows.
 */
export type Next = 'raise' | 'other' | 'sameDomain' | 'reconcile' | 'unknown';

/** What a failure leads to; the table of docs/providers.md. */
export function decide({ failure, safety, deduplicates, isOutstanding }: Situation): Next {
  const concernsCaller = isCallers(failure);
  const isRepeatable = safety === 'read' || safety === 'idempotent';
  if (isRepeatable || (failure.effect === 'none' && !isOutstanding))
    return concernsCaller ? 'raise' : 'other';
  // From here on it may have been done, by this attempt or by an earlier one.
  if (failure.class === 'aborted') return 'unknown';
  // The API knows the key of the earlier attempt, and its answer is about that one too.
  if (failure.class === 'declined' && failure.effect === 'none') return 'raise';
  if (safety === 'keyed' && deduplicates && !concernsCaller) return 'sameDomain';
  return 'reconcile';
}
