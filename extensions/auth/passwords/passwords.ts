import { problem } from 'backplane';
import type { AuthSettings } from '../environment.ts';
import { type Argon2Cost, hashPassword, isOutdated, isPassword } from './argon2.ts';
import { passwordFault, passwordMaxLength } from './policy.ts';
import { Turnstile } from './turnstile.ts';

/** Makes and checks passwords; never too many at a time. */
export class Passwords {
  readonly #cost: Argon2Cost;
  readonly #minLength: number;
  readonly #turnstile: Turnstile;
  /** A hash of no password, so that looking for nobody takes as long as looking for somebody. */
  #decoy: Promise<string> | undefined;

  constructor(settings: AuthSettings) {
    const { argon2Memory: memory, argon2Passes: passes, argon2Parallelism: parallelism } = settings;
    this.#cost = { memory, passes, parallelism };
    this.#minLength = settings.passwordMinLength;
    this.#turnstile = new Turnstile(settings.hashesAtOnce, settings.hashesWaiting);
  }

  /**
   * @param about what attackers know of its owner
   * @throws HttpError 422 for a password that is too short, or known to everybody
   */
  check(password: string, about: readonly string[] = []): void {
    const fault = passwordFault(password, this.#minLength, about);
    if (fault === undefined) return;
    throw problem(422, fault, {
      code: 'PASSWORD_UNFIT',
      faults: [{ in: 'body', pointer: '/password', message: fault }],
    });
  }

  /** @returns a PHC string @throws HttpError 503 when too many wait */
  hash(password: string): Promise<string> {
    return this.#turnstile.pass(() => hashPassword(password, this.#cost));
  }

  /**
   * Is this the password? Takes as long where there is no hash as where there is one.
   * @throws HttpError 503 when too many wait
   */
  async verify(password: string, hash: string | null | undefined): Promise<boolean> {
    if (password.length > 4 * passwordMaxLength) return false;
    this.#decoy ??= hashPassword('', this.#cost);
    const decoy = await this.#decoy;
    const isRight = await this.#turnstile.pass(() => isPassword(password, hash ?? decoy));
    return isRight && typeof hash === 'string';
  }

  /** Was it made at another cost than the settings ask for now? */
  isOutdated(hash: string): boolean {
    return isOutdated(hash, this.#cost);
  }
}
