import { BackplaneError } from '../errors.ts';
import type { Attempt } from './attempt.ts';
import type { Failure } from './failure.ts';
import type { Instance } from './instance.ts';
import type { AttemptRow } from './journal.ts';
import { reasonOf } from './reason.ts';
import type { Refused } from './select.ts';

/** What every error of a call tells. */
export interface CallFacts {
  readonly capability: string;
  readonly operation: string;
  readonly attempts: readonly Attempt[];
}

/** The last thing that went wrong. The error holds no credential. */
export interface Trouble {
  readonly failure: Failure;
  readonly error: Error | undefined;
  readonly instance: Instance;
}

/** What the caller gets for a failure that is its own affair. */
export function concerning(facts: CallFacts, { failure, error, instance }: Trouble): BackplaneError {
  const details = {
    ...facts,
    instance: instance.name,
    code: failure.code,
    reason: error === undefined ? 'it does not say why' : reasonOf(error),
  };
  const code = failure.class === 'declined' ? 'PROVIDER_DECLINED' : 'PROVIDER_REFUSED';
  return new BackplaneError(code, details, { cause: error });
}

/** What the caller gets when nobody knows whether the work was done. */
export function outcomeUnknown(
  facts: CallFacts,
  row: AttemptRow,
  trouble: Trouble | undefined,
): BackplaneError {
  const effect = row.failure?.effect === 'done' ? 'done' : 'unknown';
  const { operationId, instance } = row;
  const details = { ...facts, operationId, instance, effect } as const;
  return new BackplaneError('PROVIDER_OUTCOME_UNKNOWN', details, { cause: trouble?.error });
}

/** What the caller gets when nobody could do it. */
export function failed(
  facts: CallFacts,
  about: {
    why: string;
    isLate: boolean;
    deadline: number;
    now: number;
    refused: Refused | undefined;
    trouble: Trouble | undefined;
  },
): BackplaneError {
  const { why, isLate, deadline, now, refused, trouble } = about;
  const options = { cause: trouble?.error };
  if (isLate) return new BackplaneError('PROVIDER_DEADLINE', { ...facts, deadline }, options);
  if (refused === undefined) return new BackplaneError('PROVIDER_FAILED', { ...facts, why }, options);
  const { reasons, restsUntil = Number.POSITIVE_INFINITY, opensAt = Number.POSITIVE_INFINITY } = refused;
  const first = Math.min(restsUntil, opensAt);
  const retryAfter = Number.isFinite(first) ? Math.max(0, first - now) : undefined;
  if (reasons.length === 0 && facts.attempts.length > 0) {
    return new BackplaneError('PROVIDER_FAILED', { ...facts, why: 'nobody else is left' }, options);
  }
  return new BackplaneError('PROVIDER_UNAVAILABLE', { ...facts, reasons, retryAfter }, options);
}
