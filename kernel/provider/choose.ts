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
  /** Has it been waited, so that somebody may be asked again? */
  #hasBackedOff = false;

  constructor(options: ChooserOptions) {
    this.#options = options;
  }

  /** It has failed: it, and whoever would fail alike, comes last now. */
  exclude(instance: Instance, failure: Failure): void {
    for (const one of alike(failure, instance, this.#options.candidates)) this.passOver(one);
  }

  /** It has been asked: it comes last now. */
  passOver(instance: Instance): void {
    this.#tried ??= new Set();
    this.#tried.add(instance);
  }

  /**
   * Whom to ask now. Whoever takes it begins at once: a moment later, others may have begun too.
   *
   * @param domain only whoever knows its keys
   */
  now(domain: string | undefined): Selected {
    const fresh = this.#select(domain, false);
    if (fresh.instance !== undefined || !fresh.hasTried || !this.#hasBackedOff) return fresh;
    const again = this.#select(domain, true);
    if (again.instance !== undefined) this.#hasBackedOff = false;
    return again;
  }

  /**
   * Waits until it is worth asking again: for a backoff if somebody is left who was tried, else for whoever rests.
   * @returns has it waited? Not if that would take longer than the call has
   */
  async wait(domain: string | undefined): Promise<boolean> {
    const { pool, until, signal } = this.#options;
    const { clock, random } = pool;
    const again = this.#select(domain, true);
    const now = clock.now();
    let wait: number;
    if (again.instance !== undefined) {
      wait = backoff(this.#rounds, random);
      this.#rounds += 1;
      this.#hasBackedOff = true;
    } else {
      if (again.restsUntil === undefined) return false;
      const rest = again.restsUntil - now;
      // All who wait for the same moment must not come in the same moment.
      wait = Math.min(rest + random() * Math.min(1_000, rest / 10), Math.max(rest, until - now - 1));
    }
    if (now + wait >= until) return false;
    await sleep(clock, wait, signal);
    return true;
  }

  #select(domain: string | undefined, again: boolean): Selected {
    const { pool, capability, operation, candidates, affinity } = this.#options;
    return select({
      candidates,
      domain,
      again,
      affinity,
      strategy: capability.strategy,
      cooling: pool.cooling,
      quotas: pool.quotas,
      tried: this.#tried,
      mayProbe: ({ driver: { driver } }) => operation.safety !== 'atMostOnce' || driver.health === undefined,
      now: pool.clock.now(),
      random: pool.random,
      turn: pool.turn,
    });
  }
}
