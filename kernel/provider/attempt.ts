import type { Effect, FailureClass, FailureScope } from './failure.ts';

/** Why an instance was chosen, as results and log lines tell it. */
export type Why =
  | 'the only one that can be asked'
  | 'the first by priority'
  | 'drawn by least-loaded'
  | 'drawn by round-robin'
  | 'drawn by least-used'
  | 'drawn by cheapest'
  | 'affinity'
  | 'probe of an open breaker'
  | 'knows the idempotency key'
  | 'tried before, nobody else is left';

/** What a result, an error and a log line tell of one attempt. Holds no credential and no input. */
export interface Attempt {
  /** Counts the attempts of the call, from 1. */
  readonly number: number;
  readonly instance: string;
  readonly driver: string;
  /** Why this instance was asked. */
  readonly why: Why | 'hedge';
  /** Milliseconds. */
  readonly duration: number;
  readonly outcome: 'ok' | 'dry run' | FailureClass;
  /** Of one that failed: may it have been done all the same? */
  readonly effect?: Effect;
  readonly scope?: FailureScope;
  /** The API's own code. */
  readonly code?: string;
  /** What the driver threw, without credentials. */
  readonly error?: string;
}
