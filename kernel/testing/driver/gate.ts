import type { ApiAddress } from './api-model.ts';
import type { Behaviour } from './fault.ts';

/** What a gate does wrong, and when it stops doing so. */
export interface Arming {
  readonly behaviour: Behaviour;
  /** Only the first time. */
  readonly isOnce?: boolean;
  /** What comes after the work comes after every answer: of operations that do nothing that is counted. */
  readonly always?: boolean;
}

/** Stands between a driver and the model of its API: counts, and does what goes wrong. */
export interface Gate extends AsyncDisposable {
  readonly address: ApiAddress;
  /** The requests that have arrived, `POST /messages`; where it is no HTTP, a line for each connection. */
  readonly requests: readonly string[];
  /** Requests that somebody still waits for; where it is no HTTP, connections that are open. */
  readonly open: number;
  /** Requests that were left without an answer, ever. */
  readonly held: number;
  /** What goes wrong from now on; nothing, if nothing is said. */
  arm(arming?: Arming): void;
  /** Passes on what was held back before the work: it has only been on its way for long. */
  release(): Promise<void>;
}

/** Decides about each request whether it meets the fault. */
export class Trap {
  #arming: Arming | undefined;
  #effects = 0;
  readonly #count: () => number;

  /** @param effects what the API has done so far */
  constructor(effects: () => number) {
    this.#count = effects;
  }

  set(arming: Arming | undefined): void {
    this.#arming = arming;
    this.#effects = this.#count();
  }

  /** The fault that a request meets, before it is passed on or after it was answered. */
  spring(when: 'before' | 'after'): Behaviour | undefined {
    const arming = this.#arming;
    if (arming?.behaviour.when !== when) return undefined;
    if (when === 'after' && !arming.always && this.#count() === this.#effects) return undefined;
    if (arming.isOnce) this.#arming = undefined;
    return arming.behaviour;
  }
}
