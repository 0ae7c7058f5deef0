import type { RedisClientType } from '@redis/client';
import { type Clock, sleep } from './clock.ts';
import type { Quota } from './quota.ts';
import { readScript, restScript, takeScript } from './redis-scripts.ts';
import type { SharedRest } from './shared-state.ts';

/** Milliseconds between two looks at whether Redis still answers, and how long it may take to. */
const beat = 10_000;
const patience = 5_000;

export interface LinkOptions {
  readonly url: string;
  /** What all keys begin with. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly onRest: (rest: SharedRest) => void;
}

/** One connection to Redis, from its beginning to its loss. It speaks the language of the pool, not of Redis. */
export class RedisLink {
  /** Resolves with the reason when it is lost or closed. */
  readonly lost: Promise<unknown>;
  readonly #client: RedisClientType;
  readonly #rests: string;
  readonly #channel: string;
  readonly #prefix: string;
  readonly #ending = new AbortController();
  readonly #lose: (reason: unknown) => void;

  private constructor(client: RedisClientType, prefix: string) {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#client = client;
    this.#prefix = prefix;
    this.#rests = `${prefix}:provider:rests`;
    // Channels know nothing of the numbers of databases.
    this.#channel = `${this.#rests}:${client.options.database ?? 0}`;
    this.lost = promise;
    this.#lose = resolve;
    client.on('error', (error) => this.#end(error));
    client.on('end', () => this.#end(new Error('The connection was closed')));
  }

  /** Connects, listens, and hears of everything that was said before. @throws when Redis does not answer as it must */
  static async open({ url, prefix, clock, onRest }: LinkOptions, signal: AbortSignal): Promise<RedisLink> {
    // Loaded by whoever has a Redis.
    const { createClient } = await import('@redis/client');
    const client: RedisClientType = createClient({
      url,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: { reconnectStrategy: false, connectTimeout: patience },
    });
    const link = new RedisLink(client, prefix);
    const close = (): void => link.close();
    signal.addEventListener('abort', close);
    void link.lost.then(() => signal.removeEventListener('abort', close));
    if (signal.aborted) link.close();
    const begin = async (): Promise<void> => {
      await client.connect();
      await client.subscribe(link.#channel, (message) => hear(message, onRest));
      const told = await client.eval(readScript, { keys: [link.#rests], arguments: [] });
      for (const message of Array.isArray(told) ? told : []) hear(String(message), onRest);
    };
    try {
      await link.#inTime(begin(), clock);
    } catch (error) {
      link.#end(error);
      throw error;
    }
    void link.#watch(clock);
    return link;
  }

  /** @see SharedState.tell */
  async tell({ name, remaining, level }: SharedRest): Promise<void> {
    const given = [name, String(remaining), String(level), this.#channel];
    await this.#client.eval(restScript, { keys: [this.#rests], arguments: given });
  }

  /** @see SharedState.take */
  async take(group: string, quotas: readonly Quota[]): Promise<number> {
    const given = quotas.flatMap(({ calls, per }) => [String(calls), String(per)]);
    const key = `${this.#prefix}:provider:quota:${group}`;
    return Number(await this.#client.eval(takeScript, { keys: [key], arguments: given }));
  }

  close(): void {
    this.#end(new Error('It was closed'));
  }

  /** A connection may be gone without anybody having said so. */
  async #watch(clock: Clock): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      await sleep(clock, beat, signal);
      if (signal.aborted) return;
      await this.#inTime(this.#client.ping(), clock).catch((error: unknown) => this.#end(error));
    }
  }

  async #inTime(work: Promise<unknown>, clock: Clock): Promise<void> {
    const waiting = new AbortController();
    const late = sleep(clock, patience, waiting.signal).then(() => {
      throw new Error(`Redis does not answer within ${patience} ms`);
    });
    const lost = this.lost.then((reason) => {
      throw reason;
    });
    // Whoever loses has nothing more to say.
    late.catch(() => {});
    lost.catch(() => {});
    try {
      await Promise.race([work, late, lost]);
    } finally {
      work.catch(() => {});
      waiting.abort();
    }
  }

  #end(reason: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    this.#lose(reason);
    this.#client.destroy();
  }
}

/** `now until level name`: what is left is reckoned by one clock, and a message that comes late makes it no shorter. */
function hear(message: string, onRest: (rest: SharedRest) => void): void {
  const [, now, until, level, name] = /^(\d+) (\d+) (\d+) (.*)$/s.exec(message) ?? [];
  if (name === undefined) return;
  const remaining = Number(until) - Number(now);
  if (remaining > 0) onRest({ name, remaining, level: Number(level) });
}
