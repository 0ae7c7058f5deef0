/** What a success earns, the most that is kept, and what time alone brings, in attempts (per second). */
const perSuccess = 0.2;
const cap = 100;
const perSecond = 0.1;

/**
 * How many attempts beyond the first all calls of a capability may make together: a share of what succeeds, so that an
 * outage is not answered by many times the load (after gRPC's retry throttling and Finagle's RetryBudget).
 */
export class RetryBudget {
  #tokens = cap;
  #at = 0;

  get tokens(): number {
    return this.#tokens;
  }

  succeed(): void {
    this.#tokens = Math.min(cap, this.#tokens + perSuccess);
  }

  /** One that was taken was not made. */
  putBack(): void {
    this.#tokens = Math.min(cap, this.#tokens + 1);
  }

  /** Takes one attempt, if there is one. */
  take(now: number): boolean {
    this.#tokens = Math.min(cap, this.#tokens + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
