import { problem } from 'backplane';
import { type Asking, type Client, randomToken, type User } from '../../auth/index.ts';
import type { SentCodes } from '../codes/sent-codes.ts';
import { Enrolment } from '../entities/enrolment.ts';
import { type MfaEnvironment, momentIn } from '../environment.ts';
import type { Factors } from '../factors/factors.ts';
import { type Channel, type FactorType, factorTypes } from '../factors/method.ts';
import { newTotpSecret, qrCode, totpStep, totpUri } from '../factors/totp.ts';
import { inTurn } from '../in-turn.ts';
import type { Verifier } from '../verifier.ts';

interface EnrolmentParts {
  readonly factors: Factors;
  readonly sentCodes: SentCodes;
  readonly verifier: Verifier;
}

/** What an authenticator app is set up with. It is told once. */
export interface TotpEnrolment {
  readonly secret: string;
  readonly uri: string;
  readonly qrCode: string;
}

export interface Confirmation {
  readonly user: User;
  readonly type: FactorType;
  readonly code: string;
  readonly client: Client;
  /** Throws where it may not be set up any more; asked when nobody can come in between. */
  readonly asLast: () => Promise<void>;
}

/** Factors between the wish and the first right code. Until that they change nothing. */
export class Enrolments {
  readonly #environment: MfaEnvironment;
  readonly #parts: EnrolmentParts;

  constructor(environment: MfaEnvironment, parts: EnrolmentParts) {
    this.#environment = environment;
    this.#parts = parts;
  }

  /** What a user can set up at this moment. */
  possible({ emailVerifiedAt }: User): readonly FactorType[] {
    const { sends } = this.#environment;
    return factorTypes.filter(
      (type) => type === 'totp' || (sends(type) && (type === 'sms' || emailVerifiedAt !== null)),
    );
  }

  async beginTotp(user: User): Promise<TotpEnrolment> {
    const secret = newTotpSecret();
    await this.#begin(user.id, 'totp', { secret: this.#environment.vault().seal(secret, user.id) });
    const uri = totpUri(secret, this.#environment.settings.issuer, user.email);
    return { secret, uri, qrCode: await qrCode(uri) };
  }

  /**
   * Sends a code to the address of the account.
   * @returns where it went
   * @throws HttpError 409 where no mail is sent, or the address is not verified; 429
   */
  async beginEmail(user: User, asking: Asking): Promise<string> {
    this.#assertSends('email');
    if (user.emailVerifiedAt === null) {
      throw problem(409, 'The address of the account has to be verified first.', {
        code: 'EMAIL_UNVERIFIED',
      });
    }
    const context = await this.#begin(user.id, 'email', {});
    const destination = { to: user.email, isConfirmed: true, asking };
    await this.#parts.sentCodes.send({ userId: user.id, channel: 'email', context }, destination);
    return user.email;
  }

  /** Sends a code to a number. @returns where it went @throws HttpError 409, 422, 429 */
  async beginSms(user: User, phone: string, asking: Asking): Promise<string> {
    this.#assertSends('sms');
    const context = await this.#begin(user.id, 'sms', { phone });
    const destination = { to: phone, isConfirmed: false, asking };
    await this.#parts.sentCodes.send({ userId: user.id, channel: 'sms', context }, destination);
    return phone;
  }

  /**
   * Makes a factor of what was begun, by its first code.
   * @throws HttpError 403 for a wrong code, 409 when nothing was begun, 429; what `asLast` throws
   */
  async confirm({ user, type, code, client, asLast }: Confirmation): Promise<void> {
    const enrolment = await this.#rows
      .query()
      .where({ userId: user.id, type })
      .where('expiresAt', '>', momentIn(0, this.#environment))
      .first();
    if (!enrolment) {
      throw problem(409, `Nothing waits to be confirmed. Begin with POST /auth/mfa/${type}.`, {
        code: 'MFA_ENROLMENT_MISSING',
      });
    }
    let lastStep: number | null = null;
    const isRight = await this.#parts.verifier.count({ user, method: type, client }, async () => {
      if (type !== 'totp') return this.#useSent(enrolment, type, code);
      lastStep = this.#stepOf(enrolment, code) ?? null;
      return lastStep !== null;
    });
    if (!isRight) throw codeWrong();
    const { id, attempt, secret, phone } = enrolment;
    await inTurn(this.#environment, user.id, async () => {
      await asLast();
      // Of two who come at the same time, or with something begun meanwhile, the row decides.
      if ((await this.#rows.query().where({ id, attempt }).delete()) === 0) throw codeWrong();
      await this.#parts.factors.put(user.id, type, { secret, phone, lastStep });
    });
  }

  async forget(userId: string): Promise<void> {
    await this.#rows.query().where({ userId }).delete();
  }

  async sweep(): Promise<void> {
    await this.#rows.query().where('expiresAt', '<', momentIn(0, this.#environment)).delete();
  }

  #useSent({ userId, attempt }: Enrolment, channel: Channel, code: string): Promise<boolean> {
    return this.#parts.sentCodes.use({ userId, channel, context: contextOf(attempt) }, code);
  }

  #stepOf({ secret: sealed, userId }: Enrolment, code: string): number | undefined {
    const secret = sealed === null ? undefined : this.#environment.vault().open(sealed, userId);
    return secret === undefined ? undefined : totpStep(code, secret, this.#environment.services.data.now());
  }

  /** @returns what a code of a message has to be for */
  async #begin(
    userId: string,
    type: FactorType,
    { secret = null, phone = null }: { readonly secret?: string | null; readonly phone?: string | null },
  ): Promise<string> {
    const attempt = randomToken();
    const expiresAt = momentIn(this.#environment.settings.loginLifetime, this.#environment);
    await this.#rows.upsert(['userId', 'type'], { userId, type, secret, phone, attempt, expiresAt });
    return contextOf(attempt);
  }

  #assertSends(channel: Channel): void {
    if (this.#environment.sends(channel)) return;
    throw problem(409, `No extension "${channel}" runs here, which would send the code.`, {
      code: 'MFA_FACTOR_UNAVAILABLE',
    });
  }

  get #rows() {
    return this.#environment.services.data.repository(Enrolment);
  }
}

function contextOf(attempt: string): string {
  return `enrolment ${attempt}`;
}

/** What is told of a code that is wrong, used or too old; which of these, is not told. */
export function codeWrong(): Error {
  return problem(403, 'The code is wrong, was used already, or has expired.', { code: 'MFA_CODE_WRONG' });
}
