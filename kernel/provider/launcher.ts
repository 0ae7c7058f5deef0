import type { Attempt } from './attempt.ts';
import type { CallRequest } from './call-request.ts';
import type { Chooser } from './choose.ts';
import { type CallKey, Flight } from './flight.ts';
import { type Asked, type Hedged, hedge } from './hedge.ts';
import type { AttemptRow } from './journal.ts';
import { maxAttempts } from './pool.ts';
import type { Chosen } from './select.ts';
import type { WorkLog } from './work-log.ts';

export interface LauncherOptions {
  readonly request: CallRequest;
  readonly chooser: Chooser;
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
   * Sends to whoever was chosen, and waits for the end; where the operation hedges, also to a second one.
   *
   * @param made how many attempts there have been
   * @param work,row where the attempt is written down
   */
  async launch(chosen: Chosen, made: number, work?: WorkLog, row?: AttemptRow): Promise<Hedged> {
    const { request, chooser } = this.#options;
    const { operation, pool } = request;
    const onLate = work && row && ((value: unknown) => void work.answerLate(row, value));
    const first = this.#fly(chosen, chosen.why, made + 1, onLate);
    if (operation.hedgeAfter === undefined || made + 1 >= maxAttempts) {
      return { asked: [first], outcome: await first.flight.ended };
    }
    return hedge(first, operation.hedgeAfter, pool.clock, () => {
      chooser.passOver(first.instance);
      const second = chooser.now(undefined);
      if (second.instance === undefined || !pool.budget.take(pool.clock.now())) return undefined;
      return this.#fly(second, 'hedge', made + 2, undefined);
    });
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
