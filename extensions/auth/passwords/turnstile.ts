import { problem } from 'backplane';

/** Lets a few at a time do what takes memory and a thread, some wait, and refuses the rest. */
export class Turnstile {
  readonly #atOnce: number;
  readonly #waiting: number;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, waiting: number) {
    this.#atOnce = atOnce;
    this.#waiting = waiting;
  }

  /** @throws HttpError 503 when too many wait already */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#atOnce) {
      if (this.#queue.length >= this.#waiting) {
        throw problem(503, 'Too many log in at this moment. Try again soon.', {
          code: 'LOGIN_BUSY',
          headers: { 'retry-after': '1' },
        });
      }
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The place goes straight to who waits, so that nobody who comes meanwhile takes it.
      const next = this.#queue.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
