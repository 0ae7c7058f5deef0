import { OneTimeToken } from '../entities/one-time-token.ts';
import { type AuthEnvironment, momentIn } from '../environment.ts';
import { digestOf, randomToken } from '../secrets/random-token.ts';

type Purpose = OneTimeToken['purpose'];

/** Tokens that messages carry. */
export class OneTimeTokens {
  readonly #environment: AuthEnvironment;

  constructor(environment: AuthEnvironment) {
    this.#environment = environment;
  }

  /** Makes a token; earlier ones of this purpose do not hold any longer. */
  async issue(userId: string, purpose: Purpose): Promise<string> {
    const { verificationLifetime, resetLifetime } = this.#environment.settings;
    const token = randomToken();
    const seconds = purpose === 'verify-email' ? verificationLifetime : resetLifetime;
    const expiresAt = momentIn(seconds, this.#environment);
    await this.#rows.transaction(async () => {
      await this.revoke(userId, purpose);
      await this.#rows.create({ userId, purpose, hash: digestOf(token), expiresAt });
    });
    return token;
  }

  /** Uses a token up. @returns id of its user, `undefined` for one that does not hold */
  async redeem(token: string, purpose: Purpose): Promise<string | undefined> {
    const row = await this.#rows
      .query()
      .where({ hash: digestOf(token), purpose })
      .first();
    // Deleting it decides between two who come at the same time.
    if (!row || !(await this.#rows.delete(row.id))) return undefined;
    return Date.parse(row.expiresAt) > this.#environment.services.data.now() ? row.userId : undefined;
  }

  async revoke(userId: string, purpose: Purpose): Promise<void> {
    await this.#rows.query().where({ userId, purpose }).delete();
  }

  async revokeAll(userId: string): Promise<void> {
    await this.#rows.query().where({ userId }).delete();
  }

  /** Deletes what expired. */
  async sweep(): Promise<void> {
    await this.#rows.query().where('expiresAt', '<', momentIn(0, this.#environment)).delete();
  }

  get #rows() {
    return this.#environment.services.data.repository(OneTimeToken);
  }
}
