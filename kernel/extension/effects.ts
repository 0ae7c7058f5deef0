import { BackplaneError } from '../errors.ts';
import { withTimeout } from './timeout.ts';

/** What an effect is called where effects are listed. */
export interface EffectInfo {
  readonly name: string;
  readonly exclusive: boolean;
  /** When it was acquired; `undefined` for an exclusive effect that has not started. */
  readonly since: Date | undefined;
}

/** An effect that cannot exist twice, such as a port or the consumer of a queue. */
export interface ExclusiveEffect {
  /** Called when the generation before has stopped its own. Called again if that generation must take over again. */
  readonly start: () => unknown;
  readonly stop: () => unknown;
}

/** What extension code sees: every acquisition belongs to its generation and is released by the kernel. */
export interface Effects {
  /** Aborted when the generation is disposed of. */
  readonly signal: AbortSignal;
  /**
   * Owns something already acquired.
   * @param name as it is listed under `/kernel/effects`
   * @param release gives it back; may be async; later acquisitions are released first
   */
  add(name: string, release: () => unknown): void;
  /** Acquires and owns in one step, so that nothing is left behind if the generation is disposed of meanwhile. */
  acquire<T>(name: string, start: () => T | Promise<T>, release: (acquired: T) => unknown): Promise<T>;
  /** Declares what cannot exist twice. It starts when this generation takes over, after the one before has stopped its own. */
  exclusive(name: string, effect: ExclusiveEffect): void;
  /** Like `setInterval`, in milliseconds. A tick that throws or rejects is logged; the interval goes on. */
  interval(run: () => unknown, milliseconds: number, name?: string): void;
  /** Like `setTimeout`, in milliseconds. */
  timeout(run: () => unknown, milliseconds: number, name?: string): void;
}

interface Held extends EffectInfo {
  release: () => unknown;
}

interface Exclusive {
  readonly name: string;
  readonly effect: ExclusiveEffect;
  since: Date | undefined;
}

/** The effects of one generation. */
export class OwnedEffects implements Effects {
  readonly #owner: string;
  readonly #stopTimeout: number;
  readonly #onError: (error: unknown, effect: string) => void;
  readonly #abort = new AbortController();
  readonly #held = new Set<Held>();
  readonly #exclusive: Exclusive[] = [];

  /**
   * @param owner name of the extension
   * @param stopTimeout milliseconds that each release may take
   * @param onError told of a tick that failed
   */
  constructor(owner: string, stopTimeout: number, onError: (error: unknown, effect: string) => void) {
    this.#owner = owner;
    this.#stopTimeout = stopTimeout;
    this.#onError = onError;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  add(name: string, release: () => unknown): void {
    this.#refuseWhenReleased(name);
    this.#held.add({ name, exclusive: false, since: new Date(), release });
  }

  async acquire<T>(name: string, start: () => T | Promise<T>, release: (acquired: T) => unknown): Promise<T> {
    this.#refuseWhenReleased(name);
    const acquired = await start();
    if (this.signal.aborted) {
      await release(acquired);
      this.#refuseWhenReleased(name);
    }
    this.add(name, () => release(acquired));
    return acquired;
  }

  exclusive(name: string, effect: ExclusiveEffect): void {
    this.#refuseWhenReleased(name);
    this.#exclusive.push({ name, effect, since: undefined });
  }

  interval(run: () => unknown, milliseconds: number, name = `interval ${milliseconds} ms`): void {
    const timer = setInterval(() => void this.#guard(run, name), milliseconds);
    this.add(name, () => clearInterval(timer));
  }

  timeout(run: () => unknown, milliseconds: number, name = `timeout ${milliseconds} ms`): void {
    this.#refuseWhenReleased(name);
    const held: Held = { name, exclusive: false, since: new Date(), release: () => clearTimeout(timer) };
    const timer = setTimeout(() => {
      this.#held.delete(held);
      void this.#guard(run, name);
    }, milliseconds);
    this.#held.add(held);
  }

  list(): readonly EffectInfo[] {
    return [
      ...[...this.#held].map(({ name, exclusive, since }) => ({ name, exclusive, since })),
      ...this.#exclusive.map(({ name, since }) => ({ name, exclusive: true, since })),
    ];
  }

  get hasExclusive(): boolean {
    return this.#exclusive.length > 0;
  }

  /** Starts the exclusive effects in order. @throws the first failure; those started before it stay started */
  async startExclusive(): Promise<void> {
    for (const one of this.#exclusive) {
      if (one.since) continue;
      await this.#limit(one.effect.start(), `the start of its exclusive effect "${one.name}"`);
      one.since = new Date();
    }
  }

  /** Stops the exclusive effects in reverse order, all of them whatever happens. */
  async stopExclusive(): Promise<readonly Error[]> {
    const errors: Error[] = [];
    for (const one of this.#exclusive.toReversed()) {
      if (!one.since) continue;
      one.since = undefined;
      await this.#attempt(one.effect.stop, one.name, errors);
    }
    return errors;
  }

  /** Releases everything in reverse order, whatever happens. */
  async release(): Promise<readonly Error[]> {
    this.#abort.abort(new BackplaneError('GENERATION_GONE', { extension: this.#owner }));
    const errors = [...(await this.stopExclusive())];
    for (const held of [...this.#held].toReversed()) {
      this.#held.delete(held);
      await this.#attempt(held.release, held.name, errors);
    }
    return errors;
  }

  async #attempt(release: () => unknown, name: string, errors: Error[]): Promise<void> {
    try {
      await this.#limit(release(), `the release of its effect "${name}"`);
    } catch (error) {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #limit(pending: unknown, what: string): Promise<unknown> {
    return withTimeout(pending, this.#stopTimeout, () => ({ extension: this.#owner, what }));
  }

  async #guard(run: () => unknown, name: string): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#onError(error, name);
    }
  }

  #refuseWhenReleased(name: string): void {
    if (this.signal.aborted)
      throw new BackplaneError('EFFECT_TOO_LATE', { extension: this.#owner, effect: name });
  }
}
