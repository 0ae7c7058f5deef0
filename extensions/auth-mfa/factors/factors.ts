import type { User } from '../../auth/index.ts';
import { Factor } from '../entities/factor.ts';
import { type MfaEnvironment, momentIn } from '../environment.ts';
import type { Channel, FactorType } from './method.ts';
import { totpStep } from './totp.ts';

/** What is kept of a factor beside its type. */
export interface FactorValues {
  /** Encrypted. */
  readonly secret?: string | null;
  readonly phone?: string | null;
  readonly lastStep?: number | null;
}

/** The factors that users have confirmed: one of each type at most. */
export class Factors {
  readonly #environment: MfaEnvironment;

  constructor(environment: MfaEnvironment) {
    this.#environment = environment;
  }

  list(userId: string): Promise<Factor[]> {
    return this.#rows.query().where({ userId }).oldest().get();
  }

  async types(userId: string): Promise<readonly FactorType[]> {
    return (await this.list(userId)).map(({ type }) => type);
  }

  find(userId: string, type: FactorType): Promise<Factor | undefined> {
    return this.#rows.query().where({ userId, type }).first();
  }

  /** Where a code goes; nothing where the factor is not there, nobody sends such messages, or the address is not verified. */
  async destination(user: User, channel: Channel): Promise<string | undefined> {
    const factor = await this.find(user.id, channel);
    return factor && this.#reachable(user, factor);
  }

  /** Those of a user that can be used at this moment. */
  async usable(user: User): Promise<readonly FactorType[]> {
    const factors = await this.list(user.id);
    return factors
      .filter((factor) => factor.type === 'totp' || this.#reachable(user, factor) !== undefined)
      .map(({ type }) => type);
  }

  /** Sets a factor up, in place of one of the same type. */
  async put(userId: string, type: FactorType, values: FactorValues): Promise<void> {
    const { secret = null, phone = null, lastStep = null } = values;
    const lastUsedAt = momentIn(0, this.#environment);
    await this.#rows.upsert(['userId', 'type'], { userId, type, secret, phone, lastStep, lastUsedAt });
  }

  /** @returns those that there were */
  async remove(userId: string, types: readonly FactorType[]): Promise<readonly FactorType[]> {
    const removed: FactorType[] = [];
    for (const type of types)
      if ((await this.#rows.query().where({ userId, type }).delete()) > 0) removed.push(type);
    return removed;
  }

  /**
   * Is this a code of the user's authenticator app that was not used yet? It is used by this, however many ask at the same
   * moment (RFC 6238, 5.2).
   */
  async useTotp(userId: string, code: string): Promise<boolean> {
    const factor = await this.find(userId, 'totp');
    if (!factor?.secret) return false;
    const { services, vault, log } = this.#environment;
    const secret = vault().open(factor.secret, userId);
    if (secret === undefined) {
      log.error({ userId }, 'The secret of an authenticator app is not of this JWT_SECRET, and of no use.');
      return false;
    }
    const step = totpStep(code, secret, services.data.now());
    if (step === undefined) return false;
    // The row decides: the step only ever grows.
    const changed = await this.#rows
      .query()
      .where({ id: factor.id, secret: factor.secret })
      .where((group) => group.whereNull('lastStep').orWhere('lastStep', '<', step))
      .update({ lastStep: step, lastUsedAt: momentIn(0, this.#environment) });
    return changed > 0;
  }

  /** Notes that a factor was used. */
  async touch(userId: string, type: FactorType): Promise<void> {
    const lastUsedAt = momentIn(0, this.#environment);
    await this.#rows.query().where({ userId, type }).update({ lastUsedAt });
  }

  #reachable({ email, emailVerifiedAt }: User, { type, phone }: Factor): string | undefined {
    if (type === 'totp' || !this.#environment.sends(type)) return undefined;
    if (type === 'sms') return phone ?? undefined;
    return emailVerifiedAt === null ? undefined : email;
  }

  get #rows() {
    return this.#environment.services.data.repository(Factor);
  }
}
