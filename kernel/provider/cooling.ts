import type { Random } from './clock.ts';
import { longestRest } from './failure.ts';
import type { SharedRest } from './shared-state.ts';

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
 * Who is to be left alone until when, by quota group or another name: what this process has seen, and where state is shared
 * what others have.
 */
export class Cooling {
  readonly #rests = new Map<string, Rest>();
  readonly #random: Random;
  readonly #tell: ((rest: SharedRest) => void) | undefined;

  /** @param tell tells other processes; returns at once */
  constructor(random: Random, tell?: (rest: SharedRest) => void) {
    this.#random = random;
    this.#tell = tell;
  }

  /** When the name may be called again; 0 if it always could. */
  until(name: string): number {
    return this.#rests.size === 0 ? 0 : (this.#rests.get(name)?.until ?? 0);
  }

  /** @param retryAfter milliseconds, if the API said so: never less is waited */
  cool(name: string, now: number, retryAfter?: number): void {
    const before = this.#rests.get(name);
    const level = levelAfter(before, now);
    const whole = Math.min(unsaid * 2 ** level, longest);
    const rest = retryAfter ?? whole / 2 + (this.#random() * whole) / 2;
    const until = Math.max(before?.until ?? 0, now + rest);
    this.#set(name, { until, level }, now);
    this.#tell?.({ name, remaining: until - now, level });
  }

  /** Another process has said so. It never shortens what is known here. */
  hear({ name, remaining, level }: SharedRest, now: number): void {
    const before = this.#rests.get(name);
    const until = Math.max(before?.until ?? 0, now + Math.min(remaining, longestRest));
    this.#set(name, { until, level: Math.max(before?.level ?? 0, level) }, now);
  }

  /** Whoever rests now. */
  *all(now: number): Iterable<SharedRest> {
    for (const [name, { until, level }] of this.#rests) {
      if (until > now) yield { name, remaining: until - now, level };
    }
  }

  #set(name: string, rest: Rest, now: number): void {
    this.#rests.set(name, rest);
    if (this.#rests.size > 1_000) this.#forget(now);
  }

  /** Forgets rests that are long over. */
  #forget(now: number): void {
    for (const [name, { until }] of this.#rests) if (now - until > memory) this.#rests.delete(name);
  }
}

/** Calls that were on their way together are throttled together: that is one time. */
function levelAfter(before: Rest | undefined, now: number): number {
  if (before === undefined || now - before.until >= memory) return 0;
  return now < before.until ? before.level : before.level + 1;
}
