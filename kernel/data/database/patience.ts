import { setTimeout as delay } from 'node:timers/promises';
import { BackplaneError } from '../../errors.ts';

/** ms that another process may keep the lock of an SQLite file before we give up. */
const longest = 5000;

/** ms between attempts, as SQLite's own waiting has them; the last goes on. */
const pauses = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100];

/** Does another process hold the lock? A transaction that read before the other wrote cannot go on by waiting. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const { code } = error;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY') && code !== 'SQLITE_BUSY_SNAPSHOT';
}

/** How an SQLite file is waited for that another process is writing: without keeping this one from anything else. */
export class Patience {
  readonly #name: string;
  readonly #where: string;
  readonly #timeout: number;

  /** @param timeout ms to wait at most; never more than five seconds */
  constructor(name: string, where: string, timeout: number) {
    this.#name = name;
    this.#where = where;
    this.#timeout = Math.min(timeout, longest);
  }

  /**
   * Tries until the lock is free.
   *
   * @param since ms of `performance.now()` when the waiting began
   * @throws what SQLite does, when it has waited too long
   */
  async try<T>(work: () => T | Promise<T>, since: number = performance.now()): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error) || performance.now() - since >= this.#timeout) throw error;
      }
      await delay(pauses[Math.min(attempt, pauses.length - 1)]);
    }
  }

  /** What {@link try} has thrown in the end, as an error of the catalogue. */
  explain(error: unknown): unknown {
    if (!isBusy(error)) return error;
    const details = { name: this.#name, where: this.#where, timeout: this.#timeout };
    return new BackplaneError('DATABASE_BUSY', details, { cause: error });
  }
}
