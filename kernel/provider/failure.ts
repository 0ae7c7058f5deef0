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

/** Longer than that nobody is left alone: a year. An API that asks for more has lost its way, and dates end somewhere. */
export const longestRest = 365 * 24 * 3_600_000;

/**
 * What a `classify` has returned, read once and with nothing beside it: what else an SDK puts there is neither kept nor told.
 *
 * @returns `undefined`: it is no failure
 */
export function failureOf(value: unknown): Failure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const said: Readonly<Partial<Record<keyof Failure, unknown>>> = value;
  const failureClass = classes.find((one) => one === said.class);
  const effect = effects.find((one) => one === said.effect);
  const scope = scopes.find((one) => one === said.scope);
  if (failureClass === undefined || effect === undefined || scope === undefined) return undefined;
  const { retryAfter, code } = said;
  return {
    class: failureClass,
    effect,
    scope,
    ...(typeof retryAfter === 'number' && retryAfter >= 0
      ? { retryAfter: Math.min(retryAfter, longestRest) }
      : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
  };
}

/** Is it the affair of whoever called, and would be the same anywhere else? */
export function isCallers(failure: Failure): boolean {
  return failure.class === 'invalid' || failure.class === 'declined' || failure.class === 'aborted';
}

/** Did the instance itself fail, rather than what was asked of it? Only that counts in its breaker and its latency. */
export function countsAgainst(failure: Failure): boolean {
  return failure.class === 'transient';
}
