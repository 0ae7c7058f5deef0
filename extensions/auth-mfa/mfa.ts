import { problem } from 'backplane';
import type { User } from '../auth/index.ts';
import { RecoveryCodes } from './codes/recovery-codes.ts';
import { SentCodes } from './codes/sent-codes.ts';
import { Devices } from './devices/devices.ts';
import { Enrolments } from './enrolment/enrolments.ts';
import type { MfaEnvironment } from './environment.ts';
import { Factors } from './factors/factors.ts';
import { type FactorType, factorTypes, type Method } from './factors/method.ts';
import { inTurn } from './in-turn.ts';
import { mustHaveFactor } from './logins/must-have-factor.ts';
import { PendingLogins } from './logins/pending-logins.ts';
import { Verifier } from './verifier.ts';

/** Everything about second factors: `services.mfa`. */
export class Mfa {
  readonly factors: Factors;
  readonly recoveryCodes: RecoveryCodes;
  readonly sentCodes: SentCodes;
  readonly devices: Devices;
  readonly pendingLogins: PendingLogins;
  readonly verifier: Verifier;
  readonly enrolments: Enrolments;
  readonly #environment: MfaEnvironment;

  constructor(environment: MfaEnvironment) {
    this.#environment = environment;
    this.factors = new Factors(environment);
    this.recoveryCodes = new RecoveryCodes(environment);
    this.sentCodes = new SentCodes(environment);
    this.devices = new Devices(environment);
    this.pendingLogins = new PendingLogins(environment);
    this.verifier = new Verifier(environment, this);
    this.enrolments = new Enrolments(environment, this);
  }

  get settings(): MfaEnvironment['settings'] {
    return this.#environment.settings;
  }

  /** Ways in which a user can do a second step at this moment. */
  async methodsOf(user: User): Promise<readonly Method[]> {
    const usable = await this.factors.usable(user);
    return (await this.recoveryCodes.left(user.id)) > 0 ? [...usable, 'recovery'] : usable;
  }

  /** Do the settings ask this user for a factor? */
  isRequired(user: User): boolean {
    return mustHaveFactor(user, this.#environment);
  }

  /**
   * A factor was confirmed.
   * @returns recovery codes where there are none: with the first factor, or when all are used
   */
  async enabled(userId: string, factor: FactorType): Promise<readonly string[] | undefined> {
    const hasCodes = (await this.recoveryCodes.left(userId)) > 0;
    const codes = hasCodes ? undefined : await this.recoveryCodes.make(userId);
    await this.#environment.services.kernel.events.emit('auth-mfa.enabled', { userId, factor });
    return codes;
  }

  /**
   * Removes factors of an account at its owner's wish. With the last one goes everything that belongs to it.
   * @throws HttpError 404 where there is none of them, 409 for the last one of somebody who must have one
   */
  async disable(user: User, types: readonly FactorType[] = factorTypes): Promise<void> {
    await this.#remove(user.id, types, 'owner', (removed, others) => {
      if (removed.length === 0) throw problem(404, 'There is no such factor.');
      if (others || !this.isRequired(user)) return;
      throw problem(409, 'This account must have a second factor. Set another one up first.', {
        code: 'MFA_MUST_STAY',
      });
    });
  }

  /** Removes everything about second factors of an account whose owner has lost them; for administrators. */
  async reset(userId: string): Promise<void> {
    await this.#remove(userId, factorTypes, 'administrator', () => {});
  }

  /** Deletes what expired. */
  async sweep(): Promise<void> {
    await this.sentCodes.sweep();
    await this.devices.sweep();
    await this.pendingLogins.sweep();
    await this.enrolments.sweep();
  }

  /** @param check throws where they have to stay; asked when nobody can come in between */
  async #remove(
    userId: string,
    types: readonly FactorType[],
    by: 'owner' | 'administrator',
    check: (removed: readonly FactorType[], others: boolean) => void,
  ): Promise<void> {
    const removed = await inTurn(this.#environment, userId, async () => {
      const factors = await this.factors.remove(userId, types);
      const others = (await this.factors.types(userId)).length > 0;
      check(factors, others);
      if (!others) await this.#forget(userId);
      return { factors, others };
    });
    const { events } = this.#environment.services.kernel;
    await events.emit('auth-mfa.disabled', { userId, ...removed, by });
  }

  async #forget(userId: string): Promise<void> {
    await this.recoveryCodes.forget(userId);
    await this.sentCodes.forget(userId);
    await this.enrolments.forget(userId);
    await this.pendingLogins.forget(userId);
    await this.devices.forgetAll(userId);
  }
}
