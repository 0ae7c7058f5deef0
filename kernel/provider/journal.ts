import type { Failure } from './failure.ts';

/** Identity of a piece of work. */
export interface OperationRef {
  readonly capability: string;
  readonly operation: string;
  readonly tenant: string | undefined;
  readonly operationId: string;
}

/** The idempotency key of a piece of work: the same for each attempt, and no other's. */
export function idempotencyKey({ operation, tenant, operationId }: Omit<OperationRef, 'capability'>): string {
  return [operation, ...(tenant === undefined ? [] : [tenant]), operationId]
    .map(encodeURIComponent)
    .join(':');
}

/** `planned`: not sent yet. `sent`: perhaps done. `rejected`: certainly not done. `unknown`: nobody knows yet. */
export type AttemptState = 'planned' | 'sent' | 'ok' | 'rejected' | 'unknown';

/** What an attempt may be known as, so that this is news of it. */
export const replaceable: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  planned: ['planned'],
  sent: ['planned'],
  unknown: ['planned', 'sent', 'unknown'],
  rejected: ['planned', 'sent', 'unknown', 'rejected'],
  ok: ['planned', 'sent', 'unknown', 'rejected'],
};

/** One attempt at a piece of work that must not be done twice. Input is not kept, only what tells it from other input. */
export interface AttemptRow extends OperationRef {
  readonly id: string;
  readonly inputHash: string;
  readonly instance: string;
  /** Whose instance it is; `undefined`: everybody's. */
  readonly instanceTenant: string | undefined;
  readonly driver: string;
  /** Who knows its idempotency key. */
  readonly domain: string;
  readonly state: AttemptState;
  /** Milliseconds since 1970. */
  readonly plannedAt: number;
  readonly sentAt?: number;
  readonly settledAt?: number;
  readonly failure?: Failure;
  /** The answer, for calls that repeat the work. */
  readonly value?: unknown;
}

type Awaitable<Value> = Value | Promise<Value>;

/**
 * Remembers what was sent, so that what must not be done twice is not done twice, whoever crashes when. Only `keyed` and
 * `atMostOnce` operations are written down: the others may be repeated anyway.
 */
export interface AttemptJournal {
  /** How long it remembers, for listings: `memory` is lost with the process. */
  readonly kept: 'memory' | 'database';
  /**
   * Begins to work on an operation; nobody else works on it until {@link close}.
   *
   * @returns the earlier attempts, oldest first. One that is `sent` was cut off by a crash: its outcome is unknown
   * @throws PROVIDER_OPERATION_RUNNING, PROVIDER_OPERATION_REUSED
   */
  open(operation: OperationRef, inputHash: string): Awaitable<readonly AttemptRow[]>;
  /** Adds an attempt, or puts it in place of the one with its id. What is written survives whatever comes next. */
  write(row: AttemptRow): Awaitable<void>;
  close(operation: OperationRef): Awaitable<void>;
  /** Attempts whose outcome nobody knows and nobody is finding out. */
  unsettled(): Awaitable<readonly AttemptRow[]>;
  /** Encrypts anew what an older key has encrypted. @returns how many texts */
  rekey?(): Awaitable<number>;
}
