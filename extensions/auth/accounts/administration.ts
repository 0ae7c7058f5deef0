import { isBackplaneError, problem } from 'backplane';
import { User } from '../entities/user.ts';
import { type AuthEnvironment, momentIn } from '../environment.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { normaliseEmail } from './email.ts';

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly name?: string | null;
  readonly admin?: boolean;
}

/** What administrators do with accounts. Callers have made sure that they are. */
export class AccountAdministration {
  readonly #environment: AuthEnvironment;
  readonly #passwords: Passwords;
  readonly #sessions: Sessions;

  constructor(environment: AuthEnvironment, passwords: Passwords, sessions: Sessions) {
    this.#environment = environment;
    this.#passwords = passwords;
    this.#sessions = sessions;
  }

  /** Makes an account whose address counts as verified. @throws HttpError 409 for a taken address, 422 for an unfit password */
  async create({ email, password, name = null, admin = false }: NewUser): Promise<User> {
    this.#passwords.check(password, [email, name ?? '']);
    const passwordHash = await this.#passwords.hash(password);
    const emailVerifiedAt = momentIn(0, this.#environment);
    try {
      return await this.#users.create({
        email: normaliseEmail(email),
        name,
        admin,
        passwordHash,
        emailVerifiedAt,
      });
    } catch (error) {
      if (!isBackplaneError(error) || error.code !== 'ROW_DUPLICATE') throw error;
      throw problem(409, `There is an account of ${email} already.`, { code: 'EMAIL_TAKEN' });
    }
  }

  /** Its address counts as verified, without a message to it. */
  async verifyEmail(userId: string): Promise<void> {
    await this.#users.update(userId, { emailVerifiedAt: momentIn(0, this.#environment) });
    await this.#events.emit('auth.email-verified', { userId });
  }

  /** Nobody gets in with this account any more, and whoever is in gets out. */
  async disable(userId: string): Promise<void> {
    await this.#users.update(userId, { disabledAt: momentIn(0, this.#environment) });
    await this.#events.emit('auth.user-disabled', { userId });
    await this.#sessions.revokeAll(userId, 'user-disabled');
  }

  async enable(userId: string): Promise<void> {
    await this.#users.update(userId, { disabledAt: null });
    await this.#events.emit('auth.user-enabled', { userId });
  }

  get #users() {
    return this.#environment.services.data.repository(User);
  }

  get #events() {
    return this.#environment.services.kernel.events;
  }
}
