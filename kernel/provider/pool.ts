import type { Logger } from '../log/index.ts';
import type { Clock, Random } from './clock.ts';
import type { Cooling } from './cooling.ts';
import type { AttemptJournal } from './journal.ts';
import type { Quotas } from './quotas.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Observers } from './telemetry.ts';

/** What all calls of a capability share. */
export interface Pool {
  readonly clock: Clock;
  readonly random: Random;
  readonly cooling: Cooling;
  readonly quotas: Quotas;
  readonly budget: RetryBudget;
  readonly journal: AttemptJournal;
  readonly observers: Observers;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'> | undefined;
  /** Counts its calls. */
  turn: number;
  /** Somebody should find out what became of an attempt. */
  readonly onUnknown: () => void;
}

/** Attempts that a call may make, all in all. */
export const maxAttempts = 3;
