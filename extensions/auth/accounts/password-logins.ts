import { problem } from 'backplane';
import { User } from '../entities/user.ts';
import type { AuthEnvironment } from '../environment.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { Client } from '../sessions/client.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Tokens } from '../sessions/tokens.ts';
import { Limits } from '../throttle/limits.ts';
import type { AttemptThrottle } from '../throttle/throttle.ts';
import { normaliseEmail } from './email.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import { userByEmail } from './user-by-email.ts';

export interface LoginParts {
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly throttle: AttemptThrottle;
  readonly tokens: OneTimeTokens;
}

/** What a password is good for: to get in, and to set another one. */
export class PasswordLogins {
  readonly #environment: AuthEnvironment;
  readonly #parts: LoginParts;
  readonly #limits: Limits;
  readonly #needsVerified: boolean;

  constructor(environment: AuthEnvironment, parts: LoginParts) {
    this.#environment = environment;
    this.#parts = parts;
    this.#limits = new Limits(environment.settings);
    this.#needsVerified = environment.settings.requireVerifiedEmail ?? environment.production;
  }

  /**
   * Begins a session with address and password.
   *
   * @param scopes what its tokens may do at most; no limit without
   * @returns `undefined` for a wrong address or password, an account that is disabled, or one whose address has to be verified
   *   first: which of them it is, is not told
   * @throws HttpError 429, 503
   */
  async login(
    email: string,
    password: string,
    client: Client,
    scopes: readonly string[] | null = null,
  ): Promise<Tokens | undefined> {
    const user = await this.#recognise(email, password, client);
    if (!user) return undefined;
    const { sessions } = this.#parts;
    const tokens = await sessions.open(user.id, client, scopes);
    // Somebody else may have set another password meanwhile, and ended the sessions that were there. This one came later.
    if (
      await this.#users
        .query()
        .where({ id: user.id, passwordHash: user.passwordHash, disabledAt: null })
        .exists()
    )
      return tokens;
    await sessions.revoke(user.id, tokens.sessionId, 'password-changed');
    return undefined;
  }

  /** Whose address and password these are, if the account is open. */
  async #recognise(given: string, password: string, { ip }: Client): Promise<User | undefined> {
    const email = normaliseEmail(given);
    const { passwords, throttle } = this.#parts;
    const counted = { address: this.#limits.from('login', ip), account: this.#limits.login(email, ip) };
    await throttle.count(counted.address);
    await throttle.count(counted.account);
    const user = await userByEmail(this.#environment, email);
    const isRight = await passwords.verify(password, user?.passwordHash);
    const isOpen =
      user && user.disabledAt === null && (user.emailVerifiedAt !== null || !this.#needsVerified);
    if (!isRight || !isOpen) {
      await this.#emit('auth.login-failed', { email, ip });
      return undefined;
    }
    await throttle.forget(counted.account);
    await throttle.takeBack(counted.address);
    if (user.passwordHash === null || !passwords.isOutdated(user.passwordHash)) return user;
    const passwordHash = await passwords.hash(password);
    return (await this.#replaceHash(user, passwordHash)) ? { ...user, passwordHash } : undefined;
  }

  /** Sets another hash, unless somebody else has done so since the user was read. */
  async #replaceHash({ id, passwordHash: before }: User, passwordHash: string): Promise<boolean> {
    return (await this.#users.query().where({ id, passwordHash: before }).update({ passwordHash })) > 0;
  }

  /**
   * Sets another password. All other sessions end.
   *
   * @param sessionId the one that goes on
   * @throws HttpError 403 when the current password is wrong, 422 for an unfit one, 429
   */
  async changePassword(userId: string, current: string, next: string, sessionId?: string): Promise<void> {
    const { passwords, throttle, sessions } = this.#parts;
    const user = await this.#users.findOrFail(userId);
    const counted = this.#limits.password(userId);
    await throttle.count(counted);
    if (!(await passwords.verify(current, user.passwordHash))) throw passwordWrong();
    await throttle.forget(counted);
    passwords.check(next, [user.email, user.name ?? '']);
    if (!(await this.#replaceHash(user, await passwords.hash(next)))) throw passwordWrong();
    await this.#parts.tokens.revoke(userId, 'reset-password');
    await sessions.revokeAll(userId, 'password-changed', sessionId);
    await this.#emit('auth.password-changed', { userId });
  }

  get #users() {
    return this.#environment.services.data.repository(User);
  }

  get #emit() {
    const { events } = this.#environment.services.kernel;
    return events.emit.bind(events);
  }
}

function passwordWrong(): Error {
  return problem(403, 'The current password is wrong.', { code: 'PASSWORD_WRONG' });
}
