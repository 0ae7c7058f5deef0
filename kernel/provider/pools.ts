import { Cooling } from './cooling.ts';
import type { Pool } from './pool.ts';
import { Quotas } from './quotas.ts';
import { RetryBudget } from './retry-budget.ts';
import type { SharedState } from './shared-state.ts';

/** What all pools have in common. */
type Common = Omit<Pool, 'budget' | 'turn' | 'cooling' | 'quotas'>;

/** The pool of each capability, made when it is first called. */
export class Pools {
  /** Shared by all: names of groups say whose they are. */
  readonly cooling: Cooling;
  readonly quotas: Quotas;
  readonly #common: Common;
  readonly #pools = new Map<string, Pool>();

  /** @param shared what other processes know, too */
  constructor(common: Common, shared?: SharedState) {
    const { clock, random } = common;
    this.#common = common;
    this.cooling = new Cooling(random, shared && ((rest) => shared.tell(rest)));
    this.quotas = new Quotas(shared);
    shared?.connect({
      onRest: (rest) => this.cooling.hear(rest, clock.now()),
      rests: () => this.cooling.all(clock.now()),
    });
  }

  of(capability: string): Pool {
    const known = this.#pools.get(capability);
    if (known) return known;
    const { cooling, quotas } = this;
    const pool = { ...this.#common, cooling, quotas, budget: new RetryBudget(), turn: 0 };
    this.#pools.set(capability, pool);
    return pool;
  }
}
