import { Arrival } from './arrival.ts';
import type { Generation } from './generation.ts';
import type { Manifest } from './manifest.ts';
import type { Cause, Failure, Phase } from './state.ts';

/**
 * The generations that a transaction is building, and what became of those that failed. A failure disposes of the
 * generation at once and blocks whatever requires it.
 */
export class Staging {
  readonly generations = new Map<string, Generation>();
  /** What its extensions work with until they are published. */
  readonly arrival: Arrival;
  readonly failures = new Map<string, Failure>();
  readonly blocked = new Map<string, readonly Cause[]>();
  readonly #manifests: ReadonlyMap<string, Manifest>;

  /**
   * @param manifests of everything that the transaction loads, dependencies before dependents
   * @param kept generations that stay
   */
  constructor(manifests: ReadonlyMap<string, Manifest>, kept: ReadonlyMap<string, Generation>) {
    this.#manifests = manifests;
    this.arrival = new Arrival(() => [
      ...kept.values(),
      ...[...manifests.keys()].flatMap((name) => this.generations.get(name) ?? []),
    ]);
  }

  /** Is this extension still on its way? */
  isOn(name: string): boolean {
    return !this.failures.has(name) && !this.blocked.has(name);
  }

  /** Names of those still on their way, dependencies before dependents. */
  names(): readonly string[] {
    return [...this.#manifests.keys()].filter((name) => this.isOn(name));
  }

  async fail(name: string, phase: Phase, error: unknown): Promise<void> {
    if (!this.isOn(name)) return;
    const reason = error instanceof Error ? error : new Error(String(error));
    this.failures.set(name, { phase, error: reason, at: new Date() });
    await this.#discard(name, `failed (${phase})`);
  }

  async block(name: string, causes: readonly Cause[]): Promise<void> {
    if (!this.isOn(name)) return;
    this.blocked.set(name, causes);
    await this.#discard(name, 'is blocked');
  }

  /** Disposes of everything staged, dependents first. Errors on the way out of something that never served are logged only. */
  async discardAll(): Promise<void> {
    for (const name of [...this.generations.keys()].toReversed()) await this.#dispose(name);
  }

  async #discard(name: string, because: string): Promise<void> {
    for (const [dependent, { dependencies }] of this.#manifests) {
      if (dependencies && name in dependencies) {
        await this.block(dependent, [{ kind: 'unavailable', dependency: name, because }]);
      }
    }
    await this.#dispose(name);
  }

  async #dispose(name: string): Promise<void> {
    const generation = this.generations.get(name);
    if (!generation) return;
    this.generations.delete(name);
    for (const error of await generation.dispose()) {
      generation.log.warn({ err: error }, `Disposing of a generation of "${name}" that never served`);
    }
  }
}
