import type { Snapshot } from '../snapshot/index.ts';
import type { Generation, ServingOwner } from './generation.ts';

export interface DrainerOptions {
  /** Milliseconds that requests of an old snapshot may still take. */
  readonly deadline: number;
  /** Called when requests still run at the deadline, before the generation is disposed of. */
  readonly onDeadline: (generation: Generation) => void;
  readonly dispose: (generation: Generation) => Promise<void>;
}

/**
 * Waits until no request can reach a replaced generation any more, then has it disposed of. A request holds the whole
 * snapshot that it started with, so a generation is free once no retired snapshot that names it has users.
 */
export class Drainer {
  readonly #options: DrainerOptions;
  readonly #retired = new Set<Snapshot<ServingOwner>>();
  readonly #waiting = new Map<Generation, NodeJS.Timeout>();
  readonly #disposals = new Set<Promise<void>>();

  constructor(options: DrainerOptions) {
    this.#options = options;
  }

  /** @param previous the snapshot that has just been replaced; `replaced`: its generations that are not in the next */
  drain(previous: Snapshot<ServingOwner>, replaced: readonly Generation[]): void {
    for (const generation of replaced) {
      const timer = setTimeout(() => {
        this.#options.onDeadline(generation);
        this.#release(generation);
      }, this.#options.deadline);
      this.#waiting.set(generation, timer);
    }
    this.#retired.add(previous);
    previous.retire(() => {
      this.#retired.delete(previous);
      this.#releaseUnused();
    });
  }

  /** Resolves when every generation that drains now has been disposed of. */
  async idle(): Promise<void> {
    while (this.#waiting.size > 0 || this.#disposals.size > 0) {
      if (this.#disposals.size > 0) await Promise.all(this.#disposals);
      else await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Does not wait for requests any longer. */
  async finish(): Promise<void> {
    for (const generation of [...this.#waiting.keys()]) this.#release(generation);
    await Promise.all(this.#disposals);
  }

  #releaseUnused(): void {
    // Dependents stand behind what they depend on, and go first.
    for (const generation of [...this.#waiting.keys()].toReversed()) {
      const isHeld = [...this.#retired].some(
        ({ active }) => active.owners.get(generation.name) === generation,
      );
      if (!isHeld) this.#release(generation);
    }
  }

  #release(generation: Generation): void {
    clearTimeout(this.#waiting.get(generation));
    if (!this.#waiting.delete(generation)) return;
    const disposal = this.#options.dispose(generation).finally(() => this.#disposals.delete(disposal));
    this.#disposals.add(disposal);
  }
}
