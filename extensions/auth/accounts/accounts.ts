import { isBackplaneError, problem } from 'backplane';
import type { ApiKeys } from '../api-keys/api-keys.ts';
import { User } from '../entities/user.ts';
import { type AuthEnvironment, momentIn } from '../environment.ts';
import type { Background } from '../messages/background.ts';
import { Messenger } from '../messages/messenger.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { Client } from '../sessions/client.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { Limits } from '../throttle/limits.ts';
import type { AttemptThrottle } from '../throttle/throttle.ts';
import { isAllowedDomain } from './allowed-domain.ts';
import type { Asking } from './asking.ts';
import { normaliseEmail } from './email.ts';
import { inSteps } from './in-steps.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import { userByEmail } from './user-by-email.ts';

/** Milliseconds. A row that is written takes longer than one that is refused, a few on a server that writes to a disk. */
const registrationStep = 100;

export interface AccountParts {
  readonly tokens: OneTimeTokens;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly apiKeys: ApiKeys;
  readonly throttle: AttemptThrottle;
  readonly background: Background;
}

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly name?: string | null;
}

/**
 * What people do with accounts that they are not logged in to. Wherever an address is given, the answer and the time it takes are the
 * same with an account as without one.
 */
export class Accounts {
  readonly #environment: AuthEnvironment;
  readonly #parts: AccountParts;
  readonly #limits: Limits;
  readonly #messenger: Messenger;

  constructor(environment: AuthEnvironment, parts: AccountParts) {
    this.#environment = environment;
    this.#parts = parts;
    this.#limits = new Limits(environment.settings);
    this.#messenger = new Messenger(environment);
  }

  /**
   * Makes an account, or tells the owner of the address that there is one.
   * @throws HttpError 403 where nobody may register, or not with such an address; 422 for an unfit password, 429
   */
  async register(
    { email: given, password, name = null }: Registration,
    { ip, locale }: Asking,
  ): Promise<void> {
    if (!this.#environment.settings.registration) {
      throw problem(403, 'Accounts are made by administrators here.', { code: 'REGISTRATION_CLOSED' });
    }
    const email = normaliseEmail(given);
    if (!isAllowedDomain(email, this.#environment.settings.registrationDomains)) {
      const code = 'REGISTRATION_DOMAIN';
      throw problem(403, 'Addresses of this domain cannot register here.', { code });
    }
    const { passwords, throttle, background } = this.#parts;
    await throttle.count(this.#limits.from('register', ip));
    passwords.check(password, [email, name ?? '']);
    const user = await inSteps(registrationStep, async () => {
      const passwordHash = await passwords.hash(password);
      return this.#createUnlessTaken({ email, name, passwordHash });
    });
    background.start('Registering', async () => {
      if (user) {
        await this.#emit('auth.registered', { userId: user.id, email });
        await this.#sendVerification(user, locale);
      } else {
        const owner = await userByEmail(this.#environment, email);
        if (owner && (await this.#mayMessage('registered', email)))
          await this.#messenger.alreadyRegistered(owner, locale);
      }
    });
  }

  /** Sends the owner of an address what sets a new password, if there is one. @throws HttpError 429 */
  async requestReset(given: string, { ip, locale }: Asking): Promise<void> {
    const email = normaliseEmail(given);
    await this.#parts.throttle.count(this.#limits.from('message', ip));
    this.#parts.background.start('Sending a reset', async () => {
      const user = await userByEmail(this.#environment, email);
      if (!user || user.disabledAt !== null || !(await this.#mayMessage('reset', email))) return;
      await this.#messenger.reset(user, await this.#parts.tokens.issue(user.id, 'reset-password'), locale);
    });
  }

  /**
   * Sets the password of whoever got this token. Everything that was reached by the old one ends: sessions and API keys.
   * @throws HttpError 400 for a token that does not hold, 422 for an unfit password, 429
   */
  async reset(token: string, password: string, { ip }: Client): Promise<void> {
    const { passwords, throttle, sessions, apiKeys } = this.#parts;
    const counted = this.#limits.from('token', ip);
    await throttle.count(counted);
    passwords.check(password);
    // Hashed first: refused for want of time, the token is still there.
    const passwordHash = await passwords.hash(password);
    const user = await this.#redeem(token, 'reset-password');
    await throttle.takeBack(counted);
    await this.#users.update(user.id, {
      passwordHash,
      // Who got the token owns the address.
      emailVerifiedAt: user.emailVerifiedAt ?? momentIn(0, this.#environment),
    });
    await sessions.revokeAll(user.id, 'password-reset');
    await apiKeys.revokeAll(user.id);
    await this.#emit('auth.password-changed', { userId: user.id });
  }

  /** Sends the owner of an address what verifies it, if there is an account that is not verified. @throws HttpError 429 */
  async requestVerification(given: string, { ip, locale }: Asking): Promise<void> {
    const email = normaliseEmail(given);
    await this.#parts.throttle.count(this.#limits.from('message', ip));
    this.#parts.background.start('Sending a verification', async () => {
      const user = await userByEmail(this.#environment, email);
      if (user && user.emailVerifiedAt === null && user.disabledAt === null)
        await this.#sendVerification(user, locale);
    });
  }

  /** @throws HttpError 400 for a token that does not hold, 429 */
  async verifyEmail(token: string, { ip }: Client): Promise<void> {
    const counted = this.#limits.from('token', ip);
    await this.#parts.throttle.count(counted);
    const { id: userId } = await this.#redeem(token, 'verify-email');
    await this.#parts.throttle.takeBack(counted);
    await this.#users.update(userId, { emailVerifiedAt: momentIn(0, this.#environment) });
    await this.#emit('auth.email-verified', { userId });
  }

  async #redeem(token: string, purpose: 'verify-email' | 'reset-password'): Promise<User> {
    const userId = await this.#parts.tokens.redeem(token, purpose);
    const user = userId === undefined ? undefined : await this.#users.find(userId);
    if (user && user.disabledAt === null) return user;
    throw problem(400, 'This token is not valid, was used already, or has expired.', {
      code: 'TOKEN_INVALID',
    });
  }

  async #createUnlessTaken(values: {
    readonly email: string;
    readonly name: string | null;
    readonly passwordHash: string;
  }): Promise<User | undefined> {
    try {
      return await this.#users.create(values);
    } catch (error) {
      if (isBackplaneError(error) && error.code === 'ROW_DUPLICATE') return undefined;
      throw error;
    }
  }

  async #sendVerification(user: User, locale: string | undefined): Promise<void> {
    if (!(await this.#mayMessage('verification', user.email))) return;
    await this.#messenger.verification(user, await this.#parts.tokens.issue(user.id, 'verify-email'), locale);
  }

  /** Nobody's mailbox is to be filled by somebody else. */
  async #mayMessage(kind: string, email: string): Promise<boolean> {
    return (await this.#parts.throttle.tryToCount(this.#limits.message(kind, email))) === 0;
  }

  get #users() {
    return this.#environment.services.data.repository(User);
  }

  get #emit() {
    const { events } = this.#environment.services.kernel;
    return events.emit.bind(events);
  }
}
