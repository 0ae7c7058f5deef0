import type { CallRequest } from './call-request.ts';
import { unlessAborted } from './clock.ts';
import type { AttemptRow } from './journal.ts';
import { type Chosen, restOf } from './select.ts';
import type { WorkLog } from './work-log.ts';

/** What has to be had before an attempt may be sent: a call of the quota, and a row in the journal. */
export class Clearance {
  readonly #request: CallRequest;
  readonly #until: number;

  /** @param until when the call must have ended */
  constructor(request: CallRequest, until: number) {
    this.#request = request;
    this.#until = until;
  }

  /** Takes a call of the quota of whoever was chosen: at once, unless other processes count it too. @returns may it be sent? */
  permit(chosen: Chosen): boolean | Promise<boolean> {
    const { quotas, clock } = this.#request.pool;
    const taken = quotas.take(chosen.instance.quotaGroup, clock, this.#until);
    return typeof taken === 'boolean' ? taken : this.#permitted(chosen, taken);
  }

  async #permitted(chosen: Chosen, taking: Promise<boolean>): Promise<boolean> {
    const isTaken = await this.#holding(chosen, taking, this.#request.options.signal);
    if (isTaken && this.#maySend(chosen)) return true;
    release(chosen);
    return false;
  }

  /**
   * Writes it down before anything is sent.
   *
   * @returns the row; nothing if something has happened meanwhile for which it must not be sent
   * @throws PROVIDER_JOURNAL_FAILED
   */
  async plan(work: WorkLog, chosen: Chosen): Promise<AttemptRow | undefined> {
    const planning = work.plan(chosen.instance);
    const row = await this.#holding(chosen, planning, work.limit);
    // One that came too late for its limit was planned at most, and a crash would take it for not sent.
    if (row !== undefined && !work.limit.aborted && this.#maySend(chosen)) return row;
    release(chosen);
    // Nothing was sent, and that is to be seen, too.
    const written = planning.then((late) => work.settle(late, { state: 'rejected' }));
    if (row === undefined) written.catch(() => {});
    else await written;
    return undefined;
  }

  /** Others may have been told meanwhile to leave it alone, and the caller may have no more time. */
  #maySend({ instance }: Chosen): boolean {
    const { pool, options } = this.#request;
    const now = pool.clock.now();
    if (options.signal?.aborted || now >= this.#until) return false;
    return instance.state.disabled === undefined && restOf(instance, pool.cooling) <= now;
  }

  /** Its place is taken while something is waited for. */
  async #holding<Value>(
    chosen: Chosen,
    waiting: Promise<Value>,
    signal: AbortSignal | undefined,
  ): Promise<Value | undefined> {
    const { pool } = this.#request;
    const { state } = chosen.instance;
    state.reserve(pool.clock.now(), chosen.isProbe);
    try {
      return await unlessAborted(waiting, signal);
    } catch (error) {
      release(chosen);
      throw error;
    } finally {
      state.unreserve();
    }
  }
}

/** It is not sent: if it was to find out whether an instance is back, somebody else may. */
export function release({ instance, isProbe }: Chosen): void {
  if (isProbe) instance.state.breaker.releaseProbe();
}
