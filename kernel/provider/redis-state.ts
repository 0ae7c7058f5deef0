import { messageOf } from '../errors.ts';
import type { Logger } from '../log/index.ts';
import { type Clock, realClock, sleep } from './clock.ts';
import type { Quota } from './quota.ts';
import { RedisLink } from './redis-link.ts';
import type { SharedListener, SharedRest, SharedState } from './shared-state.ts';

/** Milliseconds between two attempts to connect: the first, doubled each time, and the longest. */
const firstPause = 100;
const longestPause = 5_000;

export interface RedisStateOptions {
  /** `redis://…` or `rediss://…`. Never told. */
  readonly url: string;
  /** What all keys begin with: applications with the same share what they know. */
  readonly prefix: string;
  /** Milliseconds that a call waits for Redis at most; 200 if left out. */
  readonly patience?: number;
  readonly log?: Pick<Logger, 'warn' | 'info'>;
  readonly clock?: Clock;
}

/**
 * What processes know together, in Redis. While it is away, each knows what it has seen itself; it is connected to again and
 * again, and what it has missed is told to it then.
 */
export class RedisState implements SharedState {
  readonly #options: RedisStateOptions;
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #closing = new AbortController();
  #link: RedisLink | undefined;
  /** The first connection, as long as it is not known whether there is one. */
  #first: Promise<unknown> | undefined;
  #running: Promise<void> | undefined;
  /** It owes an answer: nobody else waits for it before it has come. */
  #isSlow = false;
  /** Has it been told that it is away? */
  #isAway = false;

  constructor(options: RedisStateOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#patience = options.patience ?? 200;
  }

  connect(listener: SharedListener): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#first = promise;
    this.#running = this.#run(listener, () => {
      this.#first = undefined;
      resolve();
    });
  }

  tell(rest: SharedRest): void {
    // What cannot be told now is told when there is a connection again.
    this.#link?.tell(rest).catch((error: unknown) => this.#sayAway(error));
  }

  take(group: string, quotas: readonly Quota[], within: number): Promise<number | undefined> | undefined {
    if (this.#isSlow || (this.#link === undefined && this.#first === undefined)) return undefined;
    const asking = async (): Promise<number | undefined> => {
      if (this.#link === undefined) await this.#first;
      return this.#link?.take(group, quotas);
    };
    return this.#soon(asking(), Math.min(within, this.#patience));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(listener: SharedListener, onFirst: () => void): Promise<void> {
    const { signal } = this.#closing;
    const { url, prefix } = this.#options;
    const { onRest } = listener;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const link = await RedisLink.open({ url, prefix, clock: this.#clock, onRest }, signal);
        failures = 0;
        this.#link = link;
        this.#isSlow = false;
        this.#sayBack();
        onFirst();
        for (const rest of listener.rests()) this.tell(rest);
        this.#sayAway(await link.lost);
      } catch (error) {
        this.#sayAway(error);
      }
      this.#link = undefined;
      onFirst();
      await sleep(this.#clock, Math.min(firstPause * 2 ** failures, longestPause), signal);
    }
  }

  /** An answer, or nothing after a while or where there is a fault. */
  #soon(asking: Promise<number | undefined>, within: number): Promise<number | undefined> {
    return new Promise((resolve) => {
      let isAnswered = false;
      const cancel = this.#clock.after(within, () => {
        // Perhaps this process was busy, and the answer lies there already.
        setImmediate(() => {
          if (isAnswered) return;
          this.#isSlow = true;
          resolve(undefined);
        });
      });
      const answered = (wait: number | undefined): void => {
        isAnswered = true;
        this.#isSlow = false;
        cancel();
        resolve(wait);
      };
      const heard = (wait: number | undefined): void => {
        // What had failed may have been one key that somebody else has written.
        if (wait !== undefined) this.#sayBack();
        answered(wait);
      };
      asking.then(heard, (error: unknown) => {
        this.#sayAway(error);
        answered(undefined);
      });
    });
  }

  /** Never the URL: it holds a password. */
  #sayAway(error: unknown): void {
    if (this.#isAway || this.#closing.signal.aborted) return;
    this.#isAway = true;
    this.#options.log?.warn(
      `Redis is not there (${reasonOf(error)}): cool-downs and quotas of providers are counted by this process alone until it is back`,
    );
  }

  #sayBack(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#options.log?.info('Redis is back: cool-downs and quotas of providers are shared again');
  }
}

/** A host of several addresses fails without a message. */
function reasonOf(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no answer';
  return messageOf(error) || code;
}
