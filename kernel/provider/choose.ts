import { backoff } from './backoff.ts';
import type { Capability, Operation } from './capability.ts';
import { sleep } from './clock.ts';
import { alike } from './consequences.ts';
import type { Failure } from './failure.ts';
import type { Instance } from './instance.ts';
import type { Pool } from './pool.ts';
import { type Selected, select } from './select.ts';

export interface ChooserOptions {
  readonly pool: Pool;
  readonly capability: Capability;
  readonly operation: Operation;
  readonly candidates: readonly Instance[];
  readonly affinity: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** When the call must have ended. */
  readonly until: number;
}

/** Chooses whom a call asks next, and waits for that where it is worth it. */
export class Chooser {
  readonly #options: ChooserOptions;
  #tried: Set<Instance> | undefined;
  #rounds = 0;

  constructor(options: ChooserOptions) {
    this.#options = options;
  }

  /** It has failed: it, and whoever would fail alike, comes last now. */
  exclude(instance: Instance, failure: Failure): void {
    this.#tried ??= new Set();
    for (const one of alike(failure, instance, this.#options.candidates)) this.#tried.add(one);
  }

  /**
   * Whom to ask now, without waiting.
   *
   * @param domain only whoever knows its keys
   * @param again also those that have been tried
   */
  now(domain: string | undefined, again = false): Selected {
    const { pool, capability, operation, candidates, affinity } = this.#options;
    return select({
      candidates,
      domain,
      again,
      affinity,
      strategy: capability.strategy,
      cooling: pool.cooling,
      tried: this.#tried,
      mayProbe: ({ driver: { driver } }) => operation.safety !== 'atMostOnce' || driver.health === undefined,
      now: pool.clock.now(),
      random: pool.random,
      turn: pool.turn,
    });
  }

  /** Whom to ask next: at once if somebody fresh is there; else who has been tried, after a backoff; else who rests. */
  async next(domain: string | undefined): Promise<Selected> {
    const { pool, until, signal } = this.#options;
    const { clock, random } = pool;
    for (;;) {
      const fresh = this.now(domain);
      if (fresh.instance !== undefined) return fresh;
      const again = fresh.hasTried ? this.now(domain, true) : fresh;
      const now = clock.now();
      let wait: number;
      if (again.instance !== undefined) {
        wait = backoff(this.#rounds, random);
        this.#rounds += 1;
      } else {
        if (again.restsUntil === undefined) return again;
        const rest = again.restsUntil - now;
        // All who wait for the same moment must not come in the same moment.
        wait = rest + random() * Math.min(1_000, rest / 10);
        if (now + rest >= until) return again;
      }
      if (now + wait >= until) return again.instance === undefined ? again : fresh;
      await sleep(clock, wait, signal);
      if (signal?.aborted) return fresh;
      if (again.instance === undefined) continue;
      // Much may have changed meanwhile.
      const later = this.now(domain);
      return later.instance === undefined ? this.now(domain, true) : later;
    }
  }
}
