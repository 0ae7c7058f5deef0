import { Cooling } from './cooling.ts';
import type { Pool } from './pool.ts';
import { RetryBudget } from './retry-budget.ts';

/** The pool of each capability, made when it is first called. */
export class Pools {
  /** Shared by all: names of groups say whose they are. */
  readonly cooling: Cooling;
  readonly #common: Omit<Pool, 'budget' | 'turn' | 'cooling'>;
  readonly #pools = new Map<string, Pool>();

  constructor(common: Omit<Pool, 'budget' | 'turn' | 'cooling'>) {
    this.#common = common;
    this.cooling = new Cooling(common.random);
  }

  of(capability: string): Pool {
    const known = this.#pools.get(capability);
    if (known) return known;
    const pool = { ...this.#common, cooling: this.cooling, budget: new RetryBudget(), turn: 0 };
    this.#pools.set(capability, pool);
    return pool;
  }
}
