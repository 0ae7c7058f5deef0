/** A map that forgets what was not asked for longest. */
export class LeastRecentlyUsed<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #capacity: number;

  /** @param capacity entries at most */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is kept under the key, or what `make` makes for it. */
  get(key: string, make: () => Value): Value {
    const kept = this.#entries.get(key);
    if (kept !== undefined) {
      // Moving an entry costs more than all else here, so that it waits until room is short.
      if (this.#entries.size > this.#capacity / 2) {
        this.#entries.delete(key);
        this.#entries.set(key, kept);
      }
      return kept;
    }
    const made = make();
    if (this.#entries.size >= this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, made);
    return made;
  }
}
