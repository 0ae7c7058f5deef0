import { normaliseEmail } from '../accounts/email.ts';
import type { AuthSettings } from '../environment.ts';
import type { Client } from '../sessions/client.ts';
import { Limits } from '../throttle/limits.ts';
import type { AttemptThrottle } from '../throttle/throttle.ts';

/** Counts attempts to get into an account, at whichever step: who guesses a code waits as long as who guesses a password. */
export class LoginAttempts {
  readonly #limits: Limits;
  readonly #throttle: AttemptThrottle;

  constructor(settings: AuthSettings, throttle: AttemptThrottle) {
    this.#limits = new Limits(settings);
    this.#throttle = throttle;
  }

  /** One is made. @throws HttpError 429 */
  async begin(email: string, client: Client): Promise<void> {
    const { address, account } = this.#counted(email, client);
    await this.#throttle.count(address);
    await this.#throttle.count(account);
  }

  /** It was right, and does not count for its address. For the account it counts until somebody is in. */
  async goOn(email: string, client: Client): Promise<void> {
    const { address } = this.#counted(email, client);
    await this.#throttle.takeBack(address);
  }

  /** Somebody is in: what came before does not count any more for the account. */
  async succeed(email: string, client: Client): Promise<void> {
    await this.#throttle.forget(this.#counted(email, client).account);
  }

  /** A message is asked for, to where anybody may have said. @throws HttpError 429 */
  async message({ ip }: Pick<Client, 'ip'>): Promise<void> {
    await this.#throttle.count(this.#limits.from('message', ip));
  }

  #counted(given: string, { ip }: Client) {
    const email = normaliseEmail(given);
    return { address: this.#limits.from('login', ip), account: this.#limits.login(email, ip) };
  }
}
