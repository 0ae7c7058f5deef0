import { type Logger, problem } from 'backplane';

/** Pieces of work that may wait at most. */
const most = 1000;

/**
 * Does what a client must not wait for, since how long it takes would tell whether there is such an account. Ends with the
 * extension, which waits for what was begun.
 */
export class Background {
  readonly #log: Logger;
  readonly #running = new Set<Promise<void>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @throws HttpError 503 when too much is being done already */
  start(what: string, work: () => Promise<void>): void {
    if (this.#running.size >= most)
      throw problem(503, 'Try again soon.', { headers: { 'retry-after': '5' } });
    const running = this.#run(what, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is being done any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #run(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await new Promise(setImmediate);
      await work();
    } catch (error) {
      this.#log.error({ err: error }, `${what} failed`);
    }
  }
}
