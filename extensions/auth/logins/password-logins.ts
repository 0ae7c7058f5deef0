import { type Actor, problem } from 'backplane';
import { normaliseEmail } from '../accounts/email.ts';
import type { OneTimeTokens } from '../accounts/one-time-tokens.ts';
import { userByEmail } from '../accounts/user-by-email.ts';
import { User } from '../entities/user.ts';
import type { AuthEnvironment } from '../environment.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { Client } from '../sessions/client.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Tokens } from '../sessions/tokens.ts';
import { Limits } from '../throttle/limits.ts';
import type { AttemptThrottle } from '../throttle/throttle.ts';
import { LoginAttempts } from './login-attempts.ts';
import { loginGuards, type RecognisedLogin, type SecondStep } from './login-guards.ts';
import { stampOf } from './stamp.ts';

export interface LoginParts {
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly throttle: AttemptThrottle;
  readonly tokens: OneTimeTokens;
}

export interface LoginOptions {
  /** How somebody was recognised (RFC 8176); `pwd` if left out. */
  readonly amr?: readonly string[];
  /** What the tokens may do at most; no limit without. */
  readonly scopes?: readonly string[] | null;
  /** What the device was given by an earlier login. */
  readonly deviceToken?: string | undefined;
}

/** What becomes of address and password. */
export type LoginOutcome =
  /**
   * A wrong address or password, an account that is disabled, or one whose address has to be verified first: which of
   * them it is, is not told.
   */
  | { readonly state: 'refused' }
  | { readonly state: 'second-step'; readonly step: SecondStep }
  | { readonly state: 'in'; readonly tokens: Tokens };

const refused: LoginOutcome = { state: 'refused' };

/** What a password is good for: to get in, and to set another one. */
export class PasswordLogins {
  /** At every step of a login. */
  readonly attempts: LoginAttempts;
  readonly #environment: AuthEnvironment;
  readonly #parts: LoginParts;
  readonly #limits: Limits;
  readonly #needsVerified: boolean;

  constructor(environment: AuthEnvironment, parts: LoginParts) {
    this.#environment = environment;
    this.#parts = parts;
    this.#limits = new Limits(environment.settings);
    this.attempts = new LoginAttempts(environment.settings, parts.throttle);
    this.#needsVerified = environment.settings.requireVerifiedEmail ?? environment.production;
  }

  /**
   * Begins a session with address and password, unless a guard wants a second step first.
   * @throws HttpError 429, 503
   */
  async login(
    email: string,
    password: string,
    client: Client,
    options: Omit<LoginOptions, 'amr'> = {},
  ): Promise<LoginOutcome> {
    const user = await this.#recognise(email, password, client);
    return user ? this.proceed(user, client, options) : refused;
  }

  /**
   * Begins a session of somebody whom a strategy has recognised, unless a guard wants a second step first.
   * @param user as it was read just now
   */
  async proceed(
    user: User,
    client: Client,
    { scopes = null, deviceToken, amr = ['pwd'] }: LoginOptions = {},
  ): Promise<LoginOutcome> {
    const login = { user, stamp: stampOf(user), client, amr, scopes, deviceToken };
    for (const guard of this.#guards) {
      const step = await guard.afterPassword(login);
      if (step !== undefined) return { state: 'second-step', step };
    }
    const tokens = await this.finish(login, amr);
    return tokens === undefined ? refused : { state: 'in', tokens };
  }

  /**
   * Begins the session of a login of which every step is done.
   *
   * @param login as it was recognised, perhaps a while ago
   * @param amr how (RFC 8176): that of the login, and what came after it
   * @returns `undefined` when the account was closed, or its password or address changed meanwhile
   */
  async finish(
    { user: { id }, stamp, client, scopes }: FinishedLogin,
    amr: readonly string[],
  ): Promise<Tokens | undefined> {
    const { sessions } = this.#parts;
    const before = await this.#users.find(id);
    if (!isStill(before, stamp) || !this.#isOpen(before)) return undefined;
    const tokens = await sessions.open(id, client, scopes, amr);
    // Somebody else may have set another password meanwhile, and ended the sessions that were there. This one came later.
    if (isStill(await this.#users.find(id), stamp)) {
      await this.attempts.succeed(before.email, client);
      return tokens;
    }
    await sessions.revoke(id, tokens.sessionId, 'password-changed');
    return undefined;
  }

  /** Makes sure that a session may make what outlives it: an API key, another password. @throws what guards throw */
  async assertMayMakeCredential(actor: Actor): Promise<void> {
    for (const guard of this.#guards) await guard.beforeCredential?.(actor);
  }

  /** Whose address and password these are, if the account is open. */
  async #recognise(given: string, password: string, client: Client): Promise<User | undefined> {
    const email = normaliseEmail(given);
    const { passwords } = this.#parts;
    await this.attempts.begin(email, client);
    const user = await userByEmail(this.#environment, email);
    const isRight = await passwords.verify(password, user?.passwordHash);
    if (!isRight || !user || !this.#isOpen(user)) {
      await this.#emit('auth.login-failed', { email, ip: client.ip });
      return undefined;
    }
    await this.attempts.goOn(email, client);
    if (user.passwordHash === null || !passwords.isOutdated(user.passwordHash)) return user;
    const passwordHash = await passwords.hash(password);
    return (await this.#replaceHash(user, passwordHash)) ? { ...user, passwordHash } : undefined;
  }

  #isOpen({ disabledAt, emailVerifiedAt }: User): boolean {
    return disabledAt === null && (emailVerifiedAt !== null || !this.#needsVerified);
  }

  /** Sets another hash, unless somebody else has done so since the user was read. */
  async #replaceHash({ id, passwordHash: before }: User, passwordHash: string): Promise<boolean> {
    return (await this.#users.query().where({ id, passwordHash: before }).update({ passwordHash })) > 0;
  }

  /**
   * Makes sure that somebody who is logged in knows the password.
   * @throws HttpError 403 when it is wrong, 429
   */
  async confirmPassword(userId: string, password: string): Promise<User> {
    const { passwords, throttle } = this.#parts;
    const user = await this.#users.findOrFail(userId);
    const counted = this.#limits.password(userId);
    await throttle.count(counted);
    if (!(await passwords.verify(password, user.passwordHash))) throw passwordWrong();
    await throttle.forget(counted);
    return user;
  }

  /**
   * Sets another password. All other sessions end.
   *
   * @param sessionId the one that goes on
   * @throws HttpError 403 when the current password is wrong, 422 for an unfit one, 429
   */
  async changePassword(userId: string, current: string, next: string, sessionId?: string): Promise<void> {
    const { passwords, sessions } = this.#parts;
    const user = await this.confirmPassword(userId, current);
    passwords.check(next, [user.email, user.name ?? '']);
    if (!(await this.#replaceHash(user, await passwords.hash(next)))) throw passwordWrong();
    await this.#parts.tokens.revoke(userId, 'reset-password');
    await sessions.revokeAll(userId, 'password-changed', sessionId);
    await this.#emit('auth.password-changed', { userId });
  }

  get #guards() {
    return this.#environment.services.kernel.snapshot.get(loginGuards);
  }

  get #users() {
    return this.#environment.services.data.repository(User);
  }

  get #emit() {
    const { events } = this.#environment.services.kernel;
    return events.emit.bind(events);
  }
}

type FinishedLogin = Pick<RecognisedLogin, 'stamp' | 'client' | 'scopes'> & {
  readonly user: Pick<User, 'id'>;
};

function isStill(user: User | undefined, stamp: string): user is User {
  return user !== undefined && user.disabledAt === null && stampOf(user) === stamp;
}

function passwordWrong(): Error {
  return problem(403, 'The current password is wrong.', { code: 'PASSWORD_WRONG' });
}
