/** Time in which an old latency loses all but 37 % of its weight, in milliseconds. */
const tau = 10_000;
/**
 * So long an instance that nobody asks is thought to be as it was, before it seems faster again and is tried: one that was
 * slow for longer than one that failed, which the breaker watches too.
 */
const holdOfSlow = 20_000;
const holdOfFailed = 10_000;

/**
 * A moving average of latencies that rises to a peak at once and falls slowly, after the load balancer of Finagle
 * (twitter.github.io/finagle, "Peak EWMA"). It also falls while nothing is measured, so that an instance that was slow
 * is tried again.
 */
export class PeakEwma {
  #value = 0;
  #at = 0;
  #hold = 0;

  /** @param latency milliseconds */
  observe(latency: number, now: number, isFailure: boolean): void {
    if (latency >= this.#value) this.#value = latency;
    else this.#value = latency + (this.#value - latency) * Math.exp((this.#at - now) / tau);
    this.#at = now;
    this.#hold = isFailure ? holdOfFailed : holdOfSlow;
  }

  /** Milliseconds; 0 as long as nothing is known. */
  at(now: number): number {
    const idle = now - this.#at - this.#hold;
    return idle <= 0 ? this.#value : this.#value * Math.exp(-idle / tau);
  }

  /** Forgets what was measured of an instance that has come back since. */
  reset(): void {
    this.#value = 0;
  }
}
