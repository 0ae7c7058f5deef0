import { isBackplaneError, problem } from 'backplane';
import { Throttle } from '../entities/throttle.ts';
import type { AuthEnvironment } from '../environment.ts';
import { digestOf } from '../secrets/random-token.ts';
import { KeyedLock } from './keyed-lock.ts';

/** Something that is counted, and how often it may be done before each time must wait longer. */
export interface Counted {
  /** Kind and what is counted: `login`, an address, an account. */
  readonly key: readonly string[];
  readonly free: number;
  /** Seconds without another one until those before are forgotten, a day at most; AUTH_THROTTLE_MAXIMUM if that is longer. */
  readonly memory?: number;
}

/** Seconds that anything is remembered. */
export const day = 24 * 60 * 60;

/** Times that processes may get in each other's way before one gives up. */
const tries = 10;

/**
 * Counts attempts in the database, so that all processes count together. An attempt counts before it is made, so that many
 * at the same moment are many; one that succeeds is taken back.
 */
export class AttemptThrottle {
  readonly #environment: AuthEnvironment;
  readonly #lock = new KeyedLock();

  constructor(environment: AuthEnvironment) {
    this.#environment = environment;
  }

  /** @throws HttpError 429 with `retry-after` where one must wait */
  async count(counted: Counted): Promise<void> {
    const wait = await this.tryToCount(counted);
    if (wait === 0) return;
    throw problem(429, `There were too many attempts. Try again in ${wait} seconds.`, {
      code: 'TOO_MANY_ATTEMPTS',
      headers: { 'retry-after': String(wait) },
    });
  }

  /** @returns seconds to wait; 0 when the attempt may be made, and has been counted */
  tryToCount({ key, free, memory = 0 }: Counted): Promise<number> {
    const name = nameOf(key);
    return this.#lock.run(name, async () => {
      for (let left = tries; left > 0; left -= 1) {
        const wait = await this.#attempt(name, free, Math.max(memory, this.#maximum));
        if (wait !== undefined) return wait;
      }
      return 1;
    });
  }

  /** The attempt succeeded: those before it do not count either. */
  async forget({ key }: Counted): Promise<void> {
    await this.#rows.query().where('key', nameOf(key)).delete();
  }

  /** The attempt succeeded, and only it is not to count. */
  takeBack({ key }: Counted): Promise<void> {
    const name = nameOf(key);
    return this.#lock.run(name, async () => {
      const row = await this.#rows.query().where('key', name).first();
      if (!row || row.attempts === 0) return;
      await this.#rows
        .query()
        .where({ key: name, attempts: row.attempts })
        .update({ attempts: row.attempts - 1, blockedUntil: null });
    });
  }

  /** Deletes what is too old to count. */
  async sweep(): Promise<void> {
    await this.#rows
      .query()
      .where('lastAt', '<', this.#moment(-Math.max(day, this.#maximum)))
      .delete();
  }

  /** @returns seconds to wait, 0 when it was counted, `undefined` when somebody else counted meanwhile */
  async #attempt(name: string, free: number, memory: number): Promise<number | undefined> {
    const row = await this.#rows.query().where('key', name).first();
    const now = this.#environment.services.data.now();
    if (!row) return this.#first(name, free);
    if (row.blockedUntil !== null && Date.parse(row.blockedUntil) > now) {
      return Math.ceil((Date.parse(row.blockedUntil) - now) / 1000);
    }
    const isOld = Date.parse(row.lastAt) < now - memory * 1000;
    const attempts = isOld ? 1 : row.attempts + 1;
    const changed = await this.#rows
      .query()
      .where({ key: name, attempts: row.attempts, lastAt: row.lastAt })
      .update({ attempts, lastAt: this.#moment(0), blockedUntil: this.#blockAfter(attempts, free) });
    return changed === 0 ? undefined : 0;
  }

  async #first(name: string, free: number): Promise<0 | undefined> {
    try {
      const values = {
        key: name,
        attempts: 1,
        lastAt: this.#moment(0),
        blockedUntil: this.#blockAfter(1, free),
      };
      await this.#rows.create(values);
      return 0;
    } catch (error) {
      if (isBackplaneError(error) && error.code === 'ROW_DUPLICATE') return undefined;
      throw error;
    }
  }

  /** 1, 2, 4, … seconds after those that were free, up to the maximum: it ends, and no account is locked for ever. */
  #blockAfter(attempts: number, free: number): string | null {
    const over = attempts - free;
    return over < 0 ? null : this.#moment(Math.min(2 ** Math.min(over, 30), this.#maximum));
  }

  #moment(seconds: number): string {
    return new Date(this.#environment.services.data.now() + seconds * 1000).toISOString();
  }

  get #maximum(): number {
    return this.#environment.settings.throttleMaximum;
  }

  get #rows() {
    return this.#environment.services.data.repository(Throttle);
  }
}

function nameOf(key: readonly string[]): string {
  return digestOf(JSON.stringify(key));
}
