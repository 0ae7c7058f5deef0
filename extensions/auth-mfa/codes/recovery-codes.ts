import { digestOf } from '../../auth/index.ts';
import { RecoveryCode } from '../entities/recovery-code.ts';
import type { MfaEnvironment } from '../environment.ts';
import { inTurn } from '../in-turn.ts';
import { newRecoveryCode, normaliseRecoveryCode } from './recovery-text.ts';

const many = 10;

/** Codes for when no other factor is at hand. */
export class RecoveryCodes {
  readonly #environment: MfaEnvironment;

  constructor(environment: MfaEnvironment) {
    this.#environment = environment;
  }

  /** Makes ten codes, which are told here and never again; earlier ones do not hold any longer. */
  async make(userId: string): Promise<readonly string[]> {
    const codes = Array.from({ length: many }, newRecoveryCode);
    await inTurn(this.#environment, userId, async () => {
      await this.forget(userId);
      await this.#rows.createMany(codes.map((code) => ({ userId, hash: hashOf(code) })));
    });
    return codes;
  }

  left(userId: string): Promise<number> {
    return this.#rows.count({ userId });
  }

  /** Uses a code up. Deleting it decides between two who come at the same time. @returns did it hold? */
  async use(userId: string, code: string): Promise<boolean> {
    const hash = hashOf(code);
    return (await this.#rows.query().where({ userId, hash }).delete()) > 0;
  }

  async forget(userId: string): Promise<void> {
    await this.#rows.query().where({ userId }).delete();
  }

  get #rows() {
    return this.#environment.services.data.repository(RecoveryCode);
  }
}

/** They are too many to try: neither salt nor a slow hash would gain anything. */
function hashOf(code: string): string {
  return digestOf(normaliseRecoveryCode(code));
}
