/**
 * Why an attempt failed. The class says whose affair it is, the effect whether the work may have been done all the same,
 * the scope who else would fail alike.
 */
export interface Failure {
  readonly class: FailureClass;
  readonly effect: Effect;
  readonly scope: FailureScope;
  /** Milliseconds from now that whoever is in the scope is to be left alone. */
  readonly retryAfter?: number;
  /** The API's own code, for callers: `card_declined`. */
  readonly code?: string;
}

const classes = ['transient', 'throttled', 'config', 'invalid', 'declined', 'aborted'] as const;
const effects = ['none', 'unknown', 'done'] as const;
const scopes = ['instance', 'quotaGroup', 'provider'] as const;

export type FailureClass = (typeof classes)[number];
/** `none`: certainly not done. `unknown`: perhaps. `done`: done, but its answer is lost. */
export type Effect = (typeof effects)[number];
export type FailureScope = (typeof scopes)[number];

/** What is known of an error that nobody classifies: nothing, so that the work may have been done. */
export const unclassified: Failure = { class: 'transient', effect: 'unknown', scope: 'instance' };

/** The pool gave up waiting; what was sent may still be worked on. */
export const timedOut: Failure = { ...unclassified, code: 'TIMEOUT' };

/** The caller gave up while the work was on its way. */
export const abortedInFlight: Failure = { class: 'aborted', effect: 'unknown', scope: 'instance' };

/** Is this what a `classify` must return? */
export function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null) return false;
  if (!('class' in value && 'effect' in value && 'scope' in value)) return false;
  return (
    classes.some((one) => one === value.class) &&
    effects.some((one) => one === value.effect) &&
    scopes.some((one) => one === value.scope)
  );
}

/** Is it the affair of whoever called, and would be the same anywhere else? */
export function isCallers(failure: Failure): boolean {
  return failure.class === 'invalid' || failure.class === 'declined' || failure.class === 'aborted';
}

/** Did the instance itself fail, rather than what was asked of it? Only that counts in its breaker and its latency. */
export function countsAgainst(failure: Failure): boolean {
  return failure.class === 'transient';
}
