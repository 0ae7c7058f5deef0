/** Keeps what was made of texts that come again and again, the latest of them. */
export class Recent<Value> {
  readonly #kept = new Map<string, Value>();
  readonly #capacity: number;
  readonly #longest: number;

  /**
   * @param capacity texts at most
   * @param longest characters of a text that is kept
   */
  constructor(capacity = 500, longest = 1000) {
    this.#capacity = capacity;
    this.#longest = longest;
  }

  get(text: string, make: (text: string) => Value): Value {
    const kept = this.#kept.get(text);
    if (kept !== undefined) return kept;
    const made = make(text);
    if (text.length > this.#longest) return made;
    if (this.#kept.size >= this.#capacity) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(text, made);
    return made;
  }
}
