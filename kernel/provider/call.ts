import type { BackplaneError } from '../errors.ts';
import type { Attempt } from './attempt.ts';
import { type CallFacts, concerning, failed, outcomeUnknown, type Trouble } from './call-errors.ts';
import { CallLimit } from './call-limit.ts';
import type { CallRequest } from './call-request.ts';
import type { CallResult } from './capability-types.ts';
import { Chooser } from './choose.ts';
import { Clearance } from './clearance.ts';
import { decide } from './decide.ts';
import { isCallers } from './failure.ts';
import { CallKey } from './flight.ts';
import type { Hedged } from './hedge.ts';
import type { Instance } from './instance.ts';
import type { AttemptRow } from './journal.ts';
import { Launcher } from './launcher.ts';
import { maxAttempts } from './pool.ts';
import type { Chosen, Refused } from './select.ts';
import { WorkLog } from './work-log.ts';

/** One call: the loop over its attempts. */
export class Call {
  readonly #request: CallRequest;
  readonly #chooser: Chooser;
  readonly #clearance: Clearance;
  readonly #launcher: Launcher;
  readonly #attempts: Attempt[] = [];
  readonly #key: CallKey;
  readonly #deadline: number;
  readonly #until: number;
  #work: WorkLog | undefined;
  #trouble: Trouble | undefined;

  constructor(request: CallRequest) {
    const { set, capability, operation, tenant, options, pool } = request;
    this.#request = request;
    this.#key = new CallKey(operation.name, tenant, options.operationId);
    this.#deadline = options.deadline ?? operation.deadline;
    this.#until = pool.clock.now() + this.#deadline;
    pool.turn += 1;
    this.#chooser = new Chooser({
      pool,
      capability,
      operation,
      candidates: set.candidates(capability, tenant, options.instance),
      affinity: options.affinity,
      signal: options.signal,
      until: this.#until,
    });
    this.#clearance = new Clearance(request, this.#until);
    this.#launcher = new Launcher({
      request,
      chooser: this.#chooser,
      clearance: this.#clearance,
      key: this.#key,
      until: this.#until,
    });
  }

  /**
   * Runs it to its end. Rejects with the signal's reason when it is aborted and certainly nothing was done.
   *
   * @throws PROVIDER_UNAVAILABLE, PROVIDER_FAILED, PROVIDER_REFUSED, PROVIDER_DECLINED, PROVIDER_OUTCOME_UNKNOWN,
   *   PROVIDER_DEADLINE, PROVIDER_JOURNAL_FAILED, PROVIDER_OPERATION_RUNNING, PROVIDER_OPERATION_REUSED
   */
  async run(): Promise<CallResult<unknown>> {
    const { operation, capability, tenant, options, pool, input } = this.#request;
    options.signal?.throwIfAborted();
    if (operation.repeatable) return this.#loop();
    const { operationId } = this.#key;
    const ref = { capability: capability.name, operation: operation.name, tenant, operationId };
    using limit = new CallLimit({
      clock: pool.clock,
      until: this.#until,
      signal: options.signal,
      late: () => this.#failed('the time is over', undefined),
    });
    const work = new WorkLog(pool, ref, input, limit.signal);
    const done = await work.open();
    try {
      if (done) return this.#done(done.value, done.instance);
      this.#work = work;
      return await this.#loop();
    } finally {
      await work.close();
    }
  }

  async #loop(): Promise<CallResult<unknown>> {
    const { pool, set } = this.#request;
    for (;;) {
      this.#throwIfAborted();
      let stop: string | undefined;
      let refused: Refused | undefined;
      const outstanding = this.#work?.outstanding;
      if (pool.clock.now() >= this.#until) stop = 'the time is over';
      else if (this.#attempts.length >= maxAttempts) stop = `${maxAttempts} attempts are enough`;
      else if (outstanding && !this.#work?.mayResend(set, this.#request.operation))
        stop = 'it may not be sent again';
      else {
        const chosen = this.#chooser.now(outstanding?.domain);
        if (chosen.instance === undefined) {
          if (await this.#chooser.wait(outstanding?.domain)) continue;
          stop = 'nobody is left';
          refused = chosen;
        } else if (this.#attempts.length === 0 || pool.budget.take(pool.clock.now())) {
          const permit = this.#clearance.permit(chosen);
          if (permit === true || (await permit)) {
            const result = await this.#attempt(chosen);
            if (result) return result;
          } else if (this.#attempts.length > 0) pool.budget.putBack();
          continue;
        } else stop = 'the retry budget is spent';
      }
      // Whatever stops it: what is perhaps done has to be found out about first, and if it is not, others may do it.
      if (outstanding === undefined) throw this.#failed(stop, refused);
      const result = await this.#resolve(outstanding);
      if (result) return result;
    }
  }

  /** @returns the result, or nothing: then it goes on */
  async #attempt(chosen: Chosen): Promise<CallResult<unknown> | undefined> {
    const row = this.#work && (await this.#clearance.plan(this.#work, chosen));
    if (this.#work && row === undefined) return undefined;
    const { asked, outcome } = await this.#launcher.launch(chosen, this.#attempts.length, this.#work, row);
    for (const { flight } of asked) if (flight.record) this.#attempts.push(flight.record);
    if (outcome.failure === undefined)
      return this.#succeed(outcome.value, winner(asked) ?? chosen.instance, row);
    this.#trouble = { ...outcome, instance: chosen.instance };
    return this.#goOn(this.#trouble, row);
  }

  async #succeed(
    value: unknown,
    { name }: Instance,
    row: AttemptRow | undefined,
  ): Promise<CallResult<unknown>> {
    this.#request.pool.budget.succeed();
    if (row) await this.#work?.succeed(row, value);
    return this.#done(value, name);
  }

  #done(value: unknown, instance: string): CallResult<unknown> {
    return { value, attempts: this.#attempts, instance };
  }

  async #goOn(trouble: Trouble, row: AttemptRow | undefined): Promise<CallResult<unknown> | undefined> {
    const { failure, instance } = trouble;
    const { operation, options } = this.#request;
    const work = this.#work;
    const next = decide({
      failure,
      safety: operation.safety,
      deduplicates: instance.driver.driver.deduplicates,
      isOutstanding: work?.outstanding !== undefined,
    });
    if (work && row) await work.fail(row, failure);
    if (next === 'raise') {
      // The API knows the key: its answer is also about the attempt before.
      await work?.reject(failure);
      if (failure.class === 'aborted') options.signal?.throwIfAborted();
      throw concerning(this.#facts, trouble);
    }
    if (work?.outstanding === undefined || next === 'other' || next === 'sameDomain') return undefined;
    if (next === 'unknown') throw this.#outcomeUnknown(work.outstanding);
    const result = await this.#resolve(work.outstanding);
    // It is not done, and whoever else was asked would refuse it too.
    if (result === undefined && isCallers(failure)) throw concerning(this.#facts, trouble);
    return result;
  }

  /**
   * Finds out what became of an attempt.
   * @returns its result if it was done, nothing if it was not
   * @throws PROVIDER_OUTCOME_UNKNOWN
   */
  async #resolve(row: AttemptRow): Promise<CallResult<unknown> | undefined> {
    const { operation, pool } = this.#request;
    const timeout = Math.min(operation.attemptTimeout, this.#until - pool.clock.now());
    const answer = await this.#work?.ask(row, this.#request, timeout);
    if (answer?.state === 'done') return this.#done(answer.value, row.instance);
    if (answer?.state === 'notDone') return undefined;
    throw this.#outcomeUnknown(row);
  }

  #throwIfAborted(): void {
    const { signal } = this.#request.options;
    if (!signal?.aborted) return;
    if (this.#work?.outstanding) throw this.#outcomeUnknown(this.#work.outstanding);
    throw signal.reason;
  }

  #outcomeUnknown(row: AttemptRow): BackplaneError {
    this.#request.pool.onUnknown();
    return outcomeUnknown(this.#facts, row, this.#trouble);
  }

  #failed(why: string, refused: Refused | undefined): BackplaneError {
    const now = this.#request.pool.clock.now();
    const trouble = this.#trouble;
    // A wait that would not have fitted is the time's fault only if somebody was asked.
    const isLate = now >= this.#until;
    return failed(this.#facts, { why, isLate, deadline: this.#deadline, now, refused, trouble });
  }

  get #facts(): CallFacts {
    const { capability, operation } = this.#request;
    return { capability: capability.name, operation: operation.name, attempts: this.#attempts };
  }
}

/** Of those that were asked at the same time, the one whose answer counts. */
function winner(asked: Hedged['asked']): Instance | undefined {
  return asked.find(({ flight }) => flight.record?.outcome === 'ok')?.instance;
}
