/** Time in which an old latency loses all but 37 % of its weight, in milliseconds. */
const tau = 10_000;

/**
 * A moving average of latencies that rises to a peak at once and falls slowly, after the load balancer of Finagle
 * (twitter.github.io/finagle, "Peak EWMA"). It also falls while nothing is measured, so that an instance that was slow
 * is tried again.
 */
export class PeakEwma {
  #value = 0;
  #at = 0;

  /** @param latency milliseconds */
  observe(latency: number, now: number): void {
    const known = this.at(now);
    if (latency >= this.#value) this.#value = latency;
    else {
      const weight = Math.exp(-(now - this.#at) / tau);
      this.#value = Math.max(known, latency + (this.#value - latency) * weight);
    }
    this.#at = now;
  }

  /** Milliseconds; 0 as long as nothing is known. */
  at(now: number): number {
    return this.#value === 0 ? 0 : this.#value * Math.exp(-(now - this.#at) / tau);
  }

  /** Forgets what was measured of an instance that has come back since. */
  reset(): void {
    this.#value = 0;
  }
}
