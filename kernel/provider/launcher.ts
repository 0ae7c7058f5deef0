import type { Attempt } from './attempt.ts';
import type { CallRequest } from './call-request.ts';
import type { Chooser } from './choose.ts';
import { type Clearance, release } from './clearance.ts';
import { bearConsequences } from './consequences.ts';
import { type CallKey, Flight } from './flight.ts';
import { type Asked, type Hedged, hedge } from './hedge.ts';
import type { AttemptRow } from './journal.ts';
import { maxAttempts } from './pool.ts';
import type { Chosen } from './select.ts';
import type { WorkLog } from './work-log.ts';

export interface LauncherOptions {
  readonly request: CallRequest;
  readonly chooser: Chooser;
  readonly clearance: Clearance;
  readonly key: CallKey;
  /** When the call must have ended. */
  readonly until: number;
}

/** Sends the attempts of one call. */
export class Launcher {
  readonly #options: LauncherOptions;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /**
   * Sends to whoever was chosen, and waits for the end; where the operation hedges, also to a second one. Who has failed
   * bears the consequences.
   *
   * @param made how many attempts there have been
   * @param work,row where the attempt is written down
   */
  async launch(chosen: Chosen, made: number, work?: WorkLog, row?: AttemptRow): Promise<Hedged> {
    const launched = await this.#send(chosen, made, work, row);
    const { asked, outcome } = launched;
    // Also of a hedge whose other attempt succeeded.
    if (outcome.failure !== undefined || asked.length > 1) {
      for (const one of asked) await this.#bearFailure(one);
    }
    return launched;
  }

  async #bearFailure({ instance, flight }: Asked): Promise<void> {
    const { failure } = await flight.ended;
    if (failure === undefined) return;
    bearConsequences(failure, instance, this.#options.request.pool);
    this.#options.chooser.exclude(instance, failure);
  }

  async #send(chosen: Chosen, made: number, work?: WorkLog, row?: AttemptRow): Promise<Hedged> {
    const { operation, pool } = this.#options.request;
    const onLate = work && row && ((value: unknown) => void work.answerLate(row, value));
    const first = this.#fly(chosen, chosen.why, made + 1, onLate);
    if (operation.hedgeAfter === undefined || made + 1 >= maxAttempts) {
      return { asked: [first], outcome: await first.flight.ended };
    }
    return hedge(first, operation.hedgeAfter, pool.clock, () => this.#second(first, made + 2));
  }

  async #second(first: Asked, number: number): Promise<Asked | undefined> {
    const { request, chooser, clearance } = this.#options;
    const { budget, clock } = request.pool;
    chooser.passOver(first.instance);
    const second = chooser.now(undefined);
    if (second.instance === undefined || !budget.take(clock.now())) return undefined;
    const permit = clearance.permit(second);
    const isPermitted = permit === true || (await permit);
    // The first may have answered while it was asked for.
    if (isPermitted && first.flight.record === undefined)
      return this.#fly(second, 'hedge', number, undefined);
    budget.putBack();
    if (isPermitted) release(second);
    return undefined;
  }

  #fly(
    { instance, isProbe }: Chosen,
    why: Attempt['why'],
    number: number,
    onLate: ((value: unknown) => void) | undefined,
  ): Asked {
    const { request, key, until } = this.#options;
    const { pool, capability, operation, tenant, input, options } = request;
    const { clock, observers } = pool;
    const flight = new Flight({
      instance,
      isProbe,
      why,
      number,
      capability: capability.name,
      operation,
      tenant,
      input,
      key,
      timeout: Math.min(operation.attemptTimeout, until - clock.now()),
      clock,
      observers,
      signal: options.signal,
      onLate,
    });
    return { instance, flight };
  }
}
