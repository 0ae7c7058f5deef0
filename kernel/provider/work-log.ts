import { hash, randomUUID } from 'node:crypto';
import { BackplaneError, messageOf } from '../errors.ts';
import { askOutcome, misfit } from './ask-outcome.ts';
import { canonical } from './canonical.ts';
import type { Operation } from './capability.ts';
import { unlessAborted } from './clock.ts';
import type { Reconciliation } from './driver.ts';
import type { Failure } from './failure.ts';
import type { Instance } from './instance.ts';
import type { InstanceSet } from './instance-set.ts';
import { type AttemptRow, idempotencyKey, type OperationRef } from './journal.ts';
import { isUnsettled } from './memory-journal.ts';
import type { Pool } from './pool.ts';
import { scrubbedError } from './scrub.ts';

/** What became of an attempt. */
export type Settlement =
  | { readonly state: 'ok'; readonly value: unknown }
  | { readonly state: 'rejected' | 'unknown'; readonly failure?: Failure };

/** Whoever made an attempt, or another who knows its key. */
export function instanceOf(row: AttemptRow, set: InstanceSet): Instance | undefined {
  const same = set.find(row.capability, row.instance, row.instanceTenant);
  if (same?.deduplication === row.domain) return same;
  return set.all.find(({ deduplication }) => deduplication === row.domain);
}

/** What one call writes into the journal: before anything is sent, and what became of it. */
export class WorkLog {
  readonly ref: OperationRef;
  readonly #pool: Pool;
  readonly #inputHash: string;
  /** Aborts when the call waits no more for what is written: nobody waits for it, or its time is over. */
  readonly limit: AbortSignal;
  /** Attempts that were perhaps done, the first first. */
  #open: readonly AttemptRow[] = [];
  /** Attempts that were said not to be done. */
  readonly #disowned = new Set<string>();

  constructor(pool: Pool, ref: OperationRef, input: unknown, limit: AbortSignal) {
    this.ref = ref;
    this.#pool = pool;
    this.#inputHash = hash('sha256', canonical(input), 'base64url');
    this.limit = limit;
  }

  /**
   * Begins. @returns the attempt that has done the work already, if there is one
   * @throws the reason of the limit; PROVIDER_OPERATION_RUNNING, PROVIDER_OPERATION_REUSED, PROVIDER_JOURNAL_FAILED
   */
  async open(): Promise<AttemptRow | undefined> {
    const opening = this.#guarded(() => this.#pool.journal.open(this.ref, this.#inputHash));
    const rows = await unlessAborted(opening, this.limit);
    if (rows === undefined) {
      // If it is opened after all, nobody works on it.
      opening.then(() => this.close()).catch(() => {});
      throw this.limit.reason;
    }
    const done = rows.find(({ state }) => state === 'ok');
    if (done === undefined) this.#open = rows.filter(isUnsettled);
    return done;
  }

  /** The first attempt that was perhaps done; nothing is sent to others before it is settled. */
  get outstanding(): AttemptRow | undefined {
    return this.#open[0];
  }

  /** Writes down that it is about to be sent. @throws PROVIDER_JOURNAL_FAILED: then it must not be sent */
  async plan(instance: Instance): Promise<AttemptRow> {
    const { journal, clock } = this.#pool;
    const row: AttemptRow = {
      ...this.ref,
      id: randomUUID(),
      inputHash: this.#inputHash,
      instance: instance.name,
      instanceTenant: instance.definition.tenant,
      driver: instance.driver.driver.name,
      domain: instance.deduplication,
      state: 'planned',
      plannedAt: clock.date(),
    };
    await this.#guarded(() => journal.write(row));
    if (this.limit.aborted) return row;
    const sent: AttemptRow = { ...row, state: 'sent', sentAt: clock.date() };
    await this.#guarded(() => journal.write(sent));
    return sent;
  }

  /** May the outstanding attempt be repeated under its key? */
  mayResend(set: InstanceSet, { safety }: Operation): boolean {
    const row = this.outstanding;
    const instance = row && instanceOf(row, set);
    if (instance === undefined || safety !== 'keyed' || !instance.driver.driver.deduplicates) return false;
    return this.#pool.clock.date() - (row?.sentAt ?? 0) < instance.driver.driver.keyLifetime;
  }

  async succeed(row: AttemptRow, value: unknown): Promise<void> {
    await this.settle(row, { state: 'ok', value });
    // The API knows the key: this is also the answer to those before.
    for (const before of this.#open) {
      if (before.id !== row.id) await this.settle(before, { state: 'ok', value });
    }
    this.#open = [];
  }

  async fail(row: AttemptRow, failure: Failure): Promise<void> {
    const isOpen = failure.effect !== 'none';
    if (isOpen) this.#open = [...this.#open, { ...row, state: 'unknown', failure }];
    await this.settle(row, { state: isOpen ? 'unknown' : 'rejected', failure });
  }

  /** What was outstanding is certainly not done: one answer for all who were asked under the same key. */
  async reject(failure?: Failure): Promise<void> {
    const domain = this.outstanding?.domain;
    const rejected = this.#open.filter((row) => row.domain === domain);
    this.#open = this.#open.filter((row) => row.domain !== domain);
    for (const row of rejected) {
      this.#disowned.add(row.id);
      await this.settle(row, { state: 'rejected', ...(failure ? { failure } : {}) });
    }
  }

  /** Asks what became of the outstanding attempt, and writes it down. */
  async ask(
    row: AttemptRow,
    { set, operation }: { readonly set: InstanceSet; readonly operation: Operation },
    timeout: number,
  ): Promise<Reconciliation> {
    const instance = instanceOf(row, set);
    const { clock } = this.#pool;
    if (instance === undefined) return { state: 'unknown' };
    const answer = await askOutcome({
      instance,
      operation: row.operation,
      key: idempotencyKey(row),
      sentAt: row.sentAt ?? row.plannedAt,
      timeout,
      clock,
      signal: this.limit,
      onError: (error) => this.#complain(scrubbedError(error, (text) => instance.scrub(text))),
    });
    const fault = answer.state === 'done' ? operation.outputFault(answer.value) : undefined;
    if (fault !== undefined) {
      this.#complain(new Error(misfit(fault)));
      return { state: 'unknown' };
    }
    if (answer.state === 'done') await this.succeed(row, answer.value);
    if (answer.state === 'notDone') await this.reject();
    return answer;
  }

  /** An answer that nobody waited for any more: at least it is known now. */
  async answerLate(row: AttemptRow, value: unknown): Promise<void> {
    if (this.#disowned.has(row.id)) {
      const message =
        'An attempt was done although its driver had said that it was not: it may have been done twice';
      this.#pool.log?.error({ ...this.ref, instance: row.instance }, message);
    }
    await this.settle(row, { state: 'ok', value });
  }

  /** Writes down what became of it. What cannot be written stays `sent`, which counts as unknown. */
  async settle(row: AttemptRow, outcome: Settlement): Promise<void> {
    const { journal, clock } = this.#pool;
    try {
      const written = Promise.try(() => journal.write({ ...row, ...outcome, settledAt: clock.date() }));
      await unlessAborted(written, this.limit);
    } catch (error) {
      this.#complain(error);
    }
  }

  async close(): Promise<void> {
    try {
      await unlessAborted(
        Promise.try(() => this.#pool.journal.close(this.ref)),
        this.limit,
      );
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Nothing was sent yet: a journal that fails stops the call. */
  async #guarded<Value>(run: () => Value | Promise<Value>): Promise<Value> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof BackplaneError && error.code.startsWith('PROVIDER_OPERATION_')) throw error;
      const { capability, operation } = this.ref;
      const details = { capability, operation, reason: messageOf(error) };
      throw new BackplaneError('PROVIDER_JOURNAL_FAILED', details, { cause: error });
    }
  }

  #complain(error: unknown): void {
    this.#pool.log?.error({ err: error, ...this.ref }, 'The outcome of an attempt could not be written down');
  }
}
