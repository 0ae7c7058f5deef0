import { setImmediate as nextTurn } from 'node:timers/promises';
import { BackplaneError } from '../errors.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until it is told to go on: hours pass in milliseconds, and always alike. Give it to whatever
 * takes a `Clock`.
 */
export class VirtualClock {
  #now = 0;
  #order = 0;
  /** A binary heap: the next timer first. */
  readonly #timers: Timer[] = [];
  readonly #cancelled = new Set<Timer>();
  readonly #epoch: number;

  /** @param epoch what `date()` says at the start, in milliseconds since 1970 */
  constructor(epoch = Date.UTC(2030, 0, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#epoch + this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, run };
    this.#push(timer);
    return () => {
      this.#cancelled.add(timer);
    };
  }

  /** Lets that much time pass, and everything happen that is due in it, each at its time. */
  async advance(milliseconds: number): Promise<void> {
    await this.runUntil(this.#now + milliseconds);
  }

  /** The same up to a moment. What is still to come then stays. */
  async runUntil(moment: number): Promise<void> {
    await nextTurn();
    for (let timer = this.#next(); timer !== undefined && timer.at <= moment; timer = this.#next()) {
      this.#pop();
      this.#now = timer.at;
      timer.run();
      // Everything that follows from it, before the clock goes on.
      await nextTurn();
    }
    this.#now = Math.max(this.#now, moment);
  }

  /**
   * Goes on until the promise has settled.
   *
   * @returns what it resolves to; rejects as it does
   * @throws CLOCK_STUCK when it waits for something that no timer brings about
   */
  async until<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      await nextTurn();
      if (isSettled) return promise;
      const timer = this.#next();
      if (timer === undefined) throw new BackplaneError('CLOCK_STUCK', {});
      await this.runUntil(timer.at);
    }
  }

  /** The next timer that nobody has cancelled; cancelled ones before it are dropped. */
  #next(): Timer | undefined {
    for (let first = this.#timers[0]; first !== undefined; first = this.#timers[0]) {
      if (!this.#cancelled.delete(first)) return first;
      this.#pop();
    }
    return undefined;
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    heap.push(timer);
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) return;
      const child = b !== undefined && isBefore(b, a) ? left + 1 : left;
      if (!this.#swapIfBefore(child, index)) return;
      index = child;
    }
  }

  #swapIfBefore(one: number, other: number): boolean {
    const heap = this.#timers;
    const [a, b] = [heap[one], heap[other]];
    if (a === undefined || b === undefined || !isBefore(a, b)) return false;
    heap[one] = b;
    heap[other] = a;
    return true;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
