import { type Auth, type Counted, day } from '../../auth/index.ts';
import type { Destination } from './destination.ts';

/** Messages to an account, and to an address or number, before each must wait longer. */
const free = 3;

/** The same for a day, whether or not their codes are given: numbers of which somebody has a share of the price answer well. */
const freeOfDay = 30;

/** Who may have how many messages sent. */
export class MessageLimits {
  readonly #auth: Pick<Auth, 'throttle' | 'logins'>;

  constructor(auth: Pick<Auth, 'throttle' | 'logins'>) {
    this.#auth = auth;
  }

  /** Counts a message. @throws HttpError 429 */
  async count(userId: string, { to, isConfirmed, asking }: Destination): Promise<void> {
    const { throttle, logins } = this.#auth;
    await throttle.count(ofAccount(userId));
    await throttle.count({ key: ['mfa-messages', userId], free: freeOfDay, memory: day });
    // Those who have a message sent to the number of somebody else do not keep the owner from getting in.
    if (isConfirmed) await throttle.tryToCount(toAnybodys(to));
    else {
      await logins.attempts.message(asking);
      await throttle.count(toAnybodys(to));
    }
    const kind = isConfirmed ? 'mfa-messages-to' : 'mfa-messages-to-anybodys';
    await throttle.count({ key: [kind, to], free: freeOfDay, memory: day });
  }

  /** A code was right: the messages before it count for the day only. */
  async forgive(userId: string, to: string): Promise<void> {
    const { throttle } = this.#auth;
    await throttle.forget(ofAccount(userId));
    await throttle.forget(toAnybodys(to));
  }
}

function ofAccount(userId: string): Counted {
  return { key: ['mfa-message', userId], free };
}

function toAnybodys(to: string): Counted {
  return { key: ['mfa-message-to', to], free };
}
