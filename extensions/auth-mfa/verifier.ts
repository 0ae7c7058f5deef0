import { type Client, day, type User } from '../auth/index.ts';
import type { RecoveryCodes } from './codes/recovery-codes.ts';
import type { SentCodes } from './codes/sent-codes.ts';
import type { MfaEnvironment } from './environment.ts';
import type { Factors } from './factors/factors.ts';
import type { Method } from './factors/method.ts';

interface VerifierParts {
  readonly factors: Factors;
  readonly recoveryCodes: RecoveryCodes;
  readonly sentCodes: SentCodes;
}

export interface Verification {
  readonly user: User;
  readonly method: Method;
  readonly code: string;
  /** What a code of a message has to be for. */
  readonly context: string;
  readonly client: Client;
}

/** Looks at codes, and counts those that are wrong: for an account, and together with passwords for where they come from. */
export class Verifier {
  readonly #environment: MfaEnvironment;
  readonly #parts: VerifierParts;

  constructor(environment: MfaEnvironment, parts: VerifierParts) {
    this.#environment = environment;
    this.#parts = parts;
  }

  /** Uses a code up. @returns was it right? @throws HttpError 429 */
  async verify(verification: Verification): Promise<boolean> {
    return this.count(verification, () => this.#use(verification));
  }

  /**
   * Does what looks at a code, and counts it as an attempt.
   * @param use uses the code up; says whether it was right
   * @throws HttpError 429
   */
  async count(
    { user, method, client }: Pick<Verification, 'user' | 'method' | 'client'>,
    use: () => Promise<boolean>,
  ): Promise<boolean> {
    const { services, settings } = this.#environment;
    const { throttle, logins } = services.auth;
    // There are but a million codes: who waits until the attempts are forgotten must not have as many again.
    const counted = { key: ['mfa', user.id], free: settings.throttleAttempts, memory: day };
    await logins.attempts.begin(user.email, client);
    await throttle.count(counted);
    if (!(await use())) {
      const failed = { userId: user.id, factor: method, ip: client.ip };
      await services.kernel.events.emit('auth-mfa.failed', failed);
      return false;
    }
    await throttle.forget(counted);
    await logins.attempts.goOn(user.email, client);
    await logins.attempts.succeed(user.email, client);
    return true;
  }

  async #use({ user, method, code, context }: Verification): Promise<boolean> {
    const { factors, recoveryCodes, sentCodes } = this.#parts;
    const userId = user.id;
    if (method === 'totp') return factors.useTotp(userId, code);
    if (method === 'recovery') {
      if (!(await recoveryCodes.use(userId, code))) return false;
      const left = await recoveryCodes.left(userId);
      await this.#environment.services.kernel.events.emit('auth-mfa.recovery-used', { userId, left });
      return true;
    }
    const to = await factors.destination(user, method);
    if (to === undefined || !(await sentCodes.use({ userId, channel: method, context }, code))) return false;
    await sentCodes.forgive(userId, to);
    await factors.touch(userId, method);
    return true;
  }
}
