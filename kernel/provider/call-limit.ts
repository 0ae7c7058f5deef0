import type { Clock } from './clock.ts';

export interface CallLimitOptions {
  readonly clock: Clock;
  /** When the call must have ended. */
  readonly until: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** What is said when the time is over. */
  readonly late: () => Error;
}

/**
 * Until when a call waits for what is no attempt: a journal whose database is silent must not hold a caller beyond the
 * deadline. What was begun goes on, and nobody waits for it.
 */
export class CallLimit implements Disposable {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: CallLimitOptions) {
    this.#caller = options.signal;
    this.#caller?.addEventListener('abort', this.#onAbort);
    if (Number.isFinite(options.until)) this.#wait(options);
  }

  /** Aborts with the caller's reason, or with what is said when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }

  /** A timer may come a little early, or can hold no more; whoever looks at the clock must agree that it is over. */
  #wait(options: CallLimitOptions): void {
    const { clock, until, late } = options;
    this.#cancel = clock.after(until - clock.now(), () => {
      if (clock.now() < until) this.#wait(options);
      else this.#controller.abort(late());
    });
  }

  readonly #onAbort = (): void => this.#controller.abort(this.#caller?.reason);
}
