import type { Random } from './clock.ts';

/** How long a group rests that was throttled without being told for how long: doubled each time, in milliseconds. */
const unsaid = 1_000;
const longest = 60_000;
/** Throttled again within this time, it is the same trouble. */
const memory = 120_000;

interface Rest {
  readonly until: number;
  readonly level: number;
}

/**
 * Who is to be left alone until when, by quota group or another name. Times are absolute, so that several processes could
 * share them.
 */
export class Cooling {
  readonly #rests = new Map<string, Rest>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** When the name may be called again; 0 if it always could. */
  until(name: string): number {
    return this.#rests.size === 0 ? 0 : (this.#rests.get(name)?.until ?? 0);
  }

  /** @param retryAfter milliseconds, if the API said so: never less is waited */
  cool(name: string, now: number, retryAfter?: number): void {
    const before = this.#rests.get(name);
    const level = before && now - before.until < memory ? before.level + 1 : 0;
    const whole = Math.min(unsaid * 2 ** level, longest);
    const rest = retryAfter ?? whole / 2 + (this.#random() * whole) / 2;
    this.#rests.set(name, { until: Math.max(before?.until ?? 0, now + rest), level });
    if (this.#rests.size > 1_000) this.#forget(now);
  }

  /** Forgets rests that are long over. */
  #forget(now: number): void {
    for (const [name, { until }] of this.#rests) if (now - until > memory) this.#rests.delete(name);
  }
}
