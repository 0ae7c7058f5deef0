/** A window is counted in so many parts: what is kept does not grow with what is counted. */
export const parts = 50;
/** How long a call counts beyond its own part. One part more than the window: calls arrive a little after they are sent. */
export const counted = parts + 1;

/**
 * Counts what happened within a time, in parts of it: a sliding window counter that errs on the safe side. What happened
 * counts for 2 to 4 % longer than it must, so that no window of that length ever holds more.
 */
export class SlidingWindow {
  readonly #width: number;
  /** In a ring: the part of a moment and the `counted` before it. */
  readonly #counts = new Float64Array(counted + 1);
  #part = 0;
  #all = 0;

  /** @param length milliseconds */
  constructor(length: number) {
    this.#width = length / parts;
  }

  /** When one more may happen if at most `limit` do: `now` or before if that is now. */
  until(limit: number, now: number): number {
    this.#moveTo(now);
    if (this.#all < limit) return 0;
    let used = 0;
    for (let age = 0; age <= counted; age += 1) {
      used += this.#counts[this.#at(this.#part - age)] ?? 0;
      // With this part, there are too many: as soon as it is too old to count, there is room.
      if (used >= limit) return (this.#part - age + counted + 1) * this.#width;
    }
    return 0;
  }

  /** It happens. */
  count(now: number): void {
    this.#moveTo(now);
    const at = this.#at(this.#part);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#all += 1;
  }

  #moveTo(now: number): void {
    const part = Math.floor(now / this.#width);
    const passed = Math.min(part - this.#part, counted + 1);
    for (let i = 1; i <= passed; i += 1) {
      const at = this.#at(this.#part + i);
      this.#all -= this.#counts[at] ?? 0;
      this.#counts[at] = 0;
    }
    this.#part = Math.max(this.#part, part);
  }

  #at(part: number): number {
    const { length } = this.#counts;
    return ((part % length) + length) % length;
  }
}
