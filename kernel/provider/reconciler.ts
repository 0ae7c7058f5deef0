import { askOutcome, misfit } from './ask-outcome.ts';
import type { Operation } from './capability.ts';
import { type Clock, sleep } from './clock.ts';
import type { Reconciliation } from './driver.ts';
import type { InstanceSet } from './instance-set.ts';
import { type AttemptJournal, type AttemptRow, idempotencyKey } from './journal.ts';
import { scrubbedError } from './scrub.ts';
import { instanceOf } from './work-log.ts';

export interface ReconcilerOptions {
  readonly journal: AttemptJournal;
  readonly clock: Clock;
  /** The instances of now. */
  readonly set: () => InstanceSet;
  /** What a row was an attempt at, if it is still declared. */
  readonly operationOf: (row: AttemptRow) => Operation | undefined;
  readonly onError: (error: unknown, row: AttemptRow) => void;
}

/** What one round of the reconciler found out. */
export interface ReconcilerReport {
  readonly done: number;
  readonly notDone: number;
  /** Nobody knows yet; among them attempts whose driver cannot be asked. */
  readonly unknown: number;
}

/** Milliseconds between rounds at first, at most, and how long one answer may take. */
const first = 5_000;
const longest = 10 * 60_000;
const patience = 10_000;

/** Finds out what became of attempts that nobody waits for any more. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #ended = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** One round over all that is unsettled. */
  async round(): Promise<ReconcilerReport> {
    const report = { done: 0, notDone: 0, unknown: 0 };
    for (const row of await this.#options.journal.unsettled()) {
      if (this.#ended.signal.aborted) break;
      report[await this.#outcomeOf(row)] += 1;
    }
    return report;
  }

  /** Goes round after round, at growing intervals, as long as something is unsettled. */
  start(): void {
    if (this.#running !== undefined || this.#ended.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Ends it. Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    for (let wait = first; !signal.aborted; wait = Math.min(wait * 2, longest)) {
      await sleep(this.#options.clock, wait, signal);
      if (signal.aborted) return;
      try {
        const { unknown } = await this.round();
        if (unknown === 0) return;
      } catch {
        // The journal cannot be read now; next time, perhaps.
      }
    }
  }

  /** One that cannot be finished must not keep the others from it. */
  async #outcomeOf(row: AttemptRow): Promise<Reconciliation['state']> {
    try {
      return await this.#claim(row);
    } catch (error) {
      this.#options.onError(error, row);
      return 'unknown';
    }
  }

  /** What somebody else is working on is left to them. */
  async #claim(row: AttemptRow): Promise<Reconciliation['state']> {
    const { journal } = this.#options;
    let rows: readonly AttemptRow[];
    try {
      rows = await journal.open(row, row.inputHash);
    } catch {
      return 'unknown';
    }
    try {
      // Another process may have found out meanwhile.
      const { state } = rows.find(({ id }) => id === row.id) ?? row;
      if (state === 'ok') return 'done';
      if (state === 'rejected') return 'notDone';
      return (await this.#settle(row)).state;
    } finally {
      await journal.close(row);
    }
  }

  async #settle(row: AttemptRow): Promise<Reconciliation> {
    const { journal, clock, set, operationOf, onError } = this.#options;
    const instance = instanceOf(row, set());
    if (instance === undefined) return { state: 'unknown' };
    const answer = await askOutcome({
      instance,
      operation: row.operation,
      key: idempotencyKey(row),
      sentAt: row.sentAt ?? row.plannedAt,
      timeout: patience,
      clock,
      signal: this.#ended.signal,
      onError: (error) =>
        onError(
          scrubbedError(error, (text) => instance.scrub(text)),
          row,
        ),
    });
    const fault = answer.state === 'done' ? operationOf(row)?.outputFault(answer.value) : undefined;
    if (fault !== undefined) throw new Error(misfit(fault));
    await writeOutcome(journal, row, answer, clock);
    return answer;
  }
}

/** Writes down what somebody has found out. */
export async function writeOutcome(
  journal: AttemptJournal,
  row: AttemptRow,
  answer: Reconciliation,
  clock: Clock,
): Promise<void> {
  const settledAt = clock.date();
  if (answer.state === 'done') await journal.write({ ...row, state: 'ok', value: answer.value, settledAt });
  if (answer.state === 'notDone') await journal.write({ ...row, state: 'rejected', settledAt });
}
