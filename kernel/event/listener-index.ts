import type { Pattern } from './pattern.ts';

/** A listener with its place among the others. */
export interface Placed {
  readonly pattern: Pattern;
  readonly priority: number;
  /** Settles the order among equals. */
  readonly order: number;
}

/**
 * Listeners by what they hear. Those of one event are found by its name; only patterns with a wildcard are tried one by
 * one. Lists are replaced, never changed, so that an emit that has begun keeps the one it took.
 */
export class ListenerIndex<Entry extends Placed> {
  readonly #exact = new Map<string, readonly Entry[]>();
  #wildcards: readonly Entry[] = [];

  /** Those that hear an event, in the order in which they are called. */
  matching(name: string): readonly Entry[] {
    const exact = this.#exact.get(name) ?? [];
    if (this.#wildcards.length === 0) return exact;
    const matched = this.#wildcards.filter(({ pattern }) => pattern.matches(name));
    return inOrder(exact, matched);
  }

  add(entry: Entry): void {
    const { pattern } = entry;
    if (pattern.exact) this.#exact.set(pattern.text, inOrder(this.#exact.get(pattern.text) ?? [], [entry]));
    else this.#wildcards = inOrder(this.#wildcards, [entry]);
  }

  delete(entry: Entry): void {
    const { pattern } = entry;
    if (!pattern.exact) {
      this.#wildcards = this.#wildcards.filter((other) => other !== entry);
      return;
    }
    const rest = (this.#exact.get(pattern.text) ?? []).filter((other) => other !== entry);
    if (rest.length > 0) this.#exact.set(pattern.text, rest);
    else this.#exact.delete(pattern.text);
  }
}

/** Two ordered lists as one. */
export function inOrder<Entry extends Placed>(
  some: readonly Entry[],
  others: readonly Entry[],
): readonly Entry[] {
  if (others.length === 0) return some;
  if (some.length === 0) return others;
  return [...some, ...others].sort((a, b) => b.priority - a.priority || a.order - b.order);
}
