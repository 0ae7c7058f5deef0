import { problem } from 'backplane';
import { digestOf, type RecognisedLogin, randomToken, stampOf, User, unstored } from '../../auth/index.ts';
import { PendingLogin } from '../entities/pending-login.ts';
import { type MfaEnvironment, momentIn } from '../environment.ts';

type Purpose = PendingLogin['purpose'];

/** Logins between their two steps. */
export class PendingLogins {
  readonly #environment: MfaEnvironment;

  constructor(environment: MfaEnvironment) {
    this.#environment = environment;
  }

  /** @returns what the second step is done with */
  async begin({ user, stamp, amr, scopes }: RecognisedLogin, purpose: Purpose): Promise<string> {
    const token = randomToken();
    await this.#rows.create({
      userId: user.id,
      purpose,
      stamp,
      amr: [...amr],
      scopes: scopes === null ? null : [...scopes],
      hash: digestOf(token),
      expiresAt: momentIn(this.#environment.settings.loginLifetime, this.#environment),
    });
    return token;
  }

  /** The login that a token belongs to. @throws HttpError 401 when it does not hold, or is for something else */
  async find(
    token: string,
    purpose: Purpose,
  ): Promise<{ readonly pending: PendingLogin; readonly user: User }> {
    const pending = await this.#rows
      .query()
      .where({ hash: digestOf(token), purpose })
      .where('expiresAt', '>', momentIn(0, this.#environment))
      .first();
    if (!pending) throw tokenInvalid();
    return { pending, user: await this.#userOf(pending) };
  }

  /** It is used up by this; deleting it decides between two who come at the same time. @throws HttpError 401 */
  async end(pending: PendingLogin): Promise<void> {
    await this.#userOf(pending);
    if (!(await this.#rows.delete(pending.id))) throw tokenInvalid();
  }

  async forget(userId: string): Promise<void> {
    await this.#rows.query().where({ userId }).delete();
  }

  async sweep(): Promise<void> {
    await this.#rows.query().where('expiresAt', '<', momentIn(0, this.#environment)).delete();
  }

  /** Whoever gave the password of that time has no say any more once it is another one. */
  async #userOf({ userId, stamp }: PendingLogin): Promise<User> {
    const user = await this.#environment.services.data.repository(User).find(userId);
    if (!user || user.disabledAt !== null || stampOf(user) !== stamp) throw tokenInvalid();
    return user;
  }

  get #rows() {
    return this.#environment.services.data.repository(PendingLogin);
  }
}

function tokenInvalid(): Error {
  return problem(401, 'This mfaToken is not valid, was used already, or has expired. Log in again.', {
    code: 'MFA_TOKEN_INVALID',
    headers: { 'www-authenticate': 'Bearer', ...unstored },
  });
}
