import { randomInt, timingSafeEqual } from 'node:crypto';
import { SentCode } from '../entities/sent-code.ts';
import { type MfaEnvironment, momentIn } from '../environment.ts';
import type { Channel } from '../factors/method.ts';
import { deliver } from './deliver.ts';
import type { Destination } from './destination.ts';
import { digitsOf } from './digits.ts';
import { MessageLimits } from './message-limits.ts';

/** Times that others may get in the way before an attempt is given up. */
const tries = 10;

/** Whom a code is for, and what it is good for. */
export interface CodeOwner {
  readonly userId: string;
  readonly channel: Channel;
  /** One login, one session or one enrolment. */
  readonly context: string;
}

/** Codes of messages: short, for a short time, with few attempts, one of a channel at a time. */
export class SentCodes {
  readonly #environment: MfaEnvironment;

  constructor(environment: MfaEnvironment) {
    this.#environment = environment;
  }

  /**
   * Sends a code; an earlier one of the channel does not hold any longer.
   *
   * @throws HttpError 429; 422 for a number that takes no messages; what the provider of messages throws
   */
  async send({ userId, channel, context }: CodeOwner, destination: Destination): Promise<void> {
    const { settings, vault } = this.#environment;
    await this.#limits.count(userId, destination);
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await this.#rows.upsert(['userId', 'channel'], {
      userId,
      channel,
      context,
      hash: vault().digest(code, userId),
      attemptsLeft: settings.codeAttempts,
      expiresAt: momentIn(settings.codeLifetime, this.#environment),
    });
    await deliver(this.#environment, channel, destination, code);
  }

  /** Uses a code up. A wrong one costs an attempt, however many are made at the same moment. @returns was it right? */
  async use({ userId, channel, context }: CodeOwner, code: string): Promise<boolean> {
    const digest = this.#environment.vault().digest(digitsOf(code), userId);
    for (let left = tries; left > 0; left -= 1) {
      const row = await this.#rows.query().where({ userId, channel, context }).first();
      const now = this.#environment.services.data.now();
      if (!row || row.attemptsLeft <= 0 || Date.parse(row.expiresAt) <= now) return false;
      const { id, hash, attemptsLeft } = row;
      const seen = this.#rows.query().where({ id, hash, attemptsLeft });
      // An attempt counts before it is looked at; who was seen by nobody else goes on.
      if ((await seen.update({ attemptsLeft: attemptsLeft - 1 })) === 0) continue;
      if (!timingSafeEqual(Buffer.from(hash), Buffer.from(digest))) return false;
      return (await this.#rows.query().where({ id, hash }).delete()) > 0;
    }
    return false;
  }

  /** A code was right: the messages before it do not count any longer. */
  async forgive(userId: string, to: string): Promise<void> {
    await this.#limits.forgive(userId, to);
  }

  async forget(userId: string): Promise<void> {
    await this.#rows.query().where({ userId }).delete();
  }

  async sweep(): Promise<void> {
    await this.#rows.query().where('expiresAt', '<', momentIn(0, this.#environment)).delete();
  }

  get #limits() {
    return new MessageLimits(this.#environment.services.auth);
  }

  get #rows() {
    return this.#environment.services.data.repository(SentCode);
  }
}
