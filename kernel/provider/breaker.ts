import type { Random } from './clock.ts';

/** When a breaker opens, for how long, and how it closes. Milliseconds. */
export const breakerDefaults = {
  /** Failures in a row; more, up to so many, where calls of the window failed now and then before … */
  consecutive: 5,
  consecutiveAtMost: 12,
  /** … until as many in a row are no chance any more: less likely than this … */
  chance: 1e-7,
  /** … and at least this long since the last success: a burst of calls that share one fault is one fault. */
  sinceSuccess: 250,
  /** This share of at least that many calls within the window, and some beyond it: a few calls fail alike by chance. */
  share: 0.5,
  calls: 10,
  beyond: 3,
  window: 10_000,
  open: 5_000,
  openAtMost: 60_000,
  /** How long an instance that came back is given less than its share. */
  ramp: 10_000,
} as const;

const buckets = 10;
const bucketWidth = breakerDefaults.window / buckets;

/** `yes`: call it. `probe`: call it, and nobody else until it has answered. */
export type Admission = 'yes' | 'probe' | 'no';

/** A circuit breaker of one instance. It only keeps count; whoever asks has the clock. */
export class Breaker {
  #state: 'closed' | 'open' | 'probing' = 'closed';
  #consecutive = 0;
  #lastSuccess = Number.NEGATIVE_INFINITY;
  /** How often it has opened without having stayed closed in between. */
  #level = 0;
  #openUntil = 0;
  #closedAt = Number.NEGATIVE_INFINITY;
  readonly #succeeded = new Float64Array(buckets);
  readonly #failed = new Float64Array(buckets);
  #bucket = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get state(): 'closed' | 'open' | 'probing' {
    return this.#state;
  }

  /** When the next probe may be made; in the past if that is now. */
  get openUntil(): number {
    return this.#openUntil;
  }

  admits(now: number): Admission {
    if (this.#state === 'closed') return 'yes';
    return this.#state === 'open' && now >= this.#openUntil ? 'probe' : 'no';
  }

  /** Whoever was admitted as the probe begins it. */
  beginProbe(): void {
    this.#state = 'probing';
  }

  /** The probe has ended without an answer of the instance: somebody else may try. */
  releaseProbe(): void {
    if (this.#state === 'probing') this.#state = 'open';
  }

  /** @param isProbe what was begun before the breaker opened says nothing about now */
  succeed(now: number, isProbe: boolean): void {
    if (this.#state !== 'closed') {
      if (!isProbe) return;
      this.#state = 'closed';
      this.#closedAt = now;
      this.#succeeded.fill(0);
      this.#failed.fill(0);
    } else if (this.#level > 0 && now - this.#closedAt > breakerDefaults.ramp) this.#level = 0;
    this.#consecutive = 0;
    this.#lastSuccess = now;
    this.#count(this.#succeeded, now);
  }

  fail(now: number, isProbe: boolean): void {
    if (this.#state !== 'closed') {
      if (isProbe) this.#open(now);
      return;
    }
    this.#consecutive += 1;
    this.#count(this.#failed, now);
    if (this.#isTooBad(now)) this.#open(now);
  }

  /** Which share of its part it may be given, 0 to 1: less for a while after it came back. */
  share(now: number): number {
    const since = now - this.#closedAt;
    return since >= breakerDefaults.ramp ? 1 : Math.max(0.1, since / breakerDefaults.ramp);
  }

  #isTooBad(now: number): boolean {
    const { consecutive, sinceSuccess, share, calls, beyond } = breakerDefaults;
    const failed = sum(this.#failed);
    const succeeded = sum(this.#succeeded);
    const isRow = this.#consecutive >= consecutive;
    if (
      isRow &&
      this.#consecutive >= noChance(failed - this.#consecutive, succeeded) &&
      now - this.#lastSuccess >= sinceSuccess
    )
      return true;
    const all = failed + succeeded;
    return all >= calls && failed >= share * all + beyond;
  }

  /** Equal jitter: half of it is certain, so that a probe never comes at once, and half is chance, so that they spread. */
  #open(now: number): void {
    const { open, openAtMost } = breakerDefaults;
    const whole = Math.min(open * 2 ** this.#level, openAtMost);
    this.#state = 'open';
    this.#openUntil = now + whole / 2 + (this.#random() * whole) / 2;
    this.#level += 1;
    this.#consecutive = 0;
  }

  #count(into: Float64Array, now: number): void {
    const bucket = Math.floor(now / bucketWidth);
    const passed = Math.min(bucket - this.#bucket, buckets);
    for (let i = 1; i <= passed; i += 1) {
      this.#succeeded[(this.#bucket + i) % buckets] = 0;
      this.#failed[(this.#bucket + i) % buckets] = 0;
    }
    this.#bucket = bucket;
    into[bucket % buckets] = (into[bucket % buckets] ?? 0) + 1;
  }
}

/**
 * How many failures in a row are no chance, where so many calls failed and succeeded before: the probability of a failure is
 * estimated by Laplace's rule of succession.
 */
function noChance(failedBefore: number, succeeded: number): number {
  const { consecutive, consecutiveAtMost, chance } = breakerDefaults;
  // Of one that is hardly asked, or down for as long as it is remembered, there is nothing to estimate from.
  if (succeeded < consecutive) return consecutive;
  const failed = Math.max(0, failedBefore);
  const probability = (failed + 1) / (failed + succeeded + 2);
  const inARow = Math.ceil(Math.log(chance) / Math.log(probability));
  return Math.min(Math.max(inARow, consecutive), consecutiveAtMost);
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
