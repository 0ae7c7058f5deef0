import { createSecretKey, type KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import { SigningKey } from '../entities/signing-key.ts';
import { type AuthEnvironment, momentIn } from '../environment.ts';
import { digestOf } from '../secrets/random-token.ts';
import { Vault } from '../secrets/vault.ts';
import { generatePrivateKey, isAsymmetric, type KeyAlgorithm, materialOf } from './algorithm.ts';

/** A key in memory. */
export interface RingKey {
  readonly kid: string;
  /** The only algorithm that it signs and verifies with, whatever a token says. */
  readonly algorithm: KeyAlgorithm;
  readonly sign: KeyObject;
  /** PEM of a public key, or the bytes of the secret. */
  readonly verify: string | Buffer;
  /** `undefined` for a secret, which is not published. */
  readonly jwk: webcrypto.JsonWebKey | undefined;
  readonly retired: boolean;
  /** ms since the epoch. */
  readonly verifiesUntil: number;
}

/**
 * The keys that access tokens are signed with and verified by. The newest one signs; those that were retired verify until
 * the last token they signed has expired. All processes share them by the database, and look again when time is up or a
 * token names a key they do not know.
 */
export class KeyRing {
  readonly #environment: AuthEnvironment;
  readonly #vault: Vault;
  #keys: ReadonlyMap<string, RingKey> = new Map();
  #loadedAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;
  #making: Promise<RingKey> | undefined;
  /** Names of keys that were passed over, which is told once. */
  readonly #foreign = new Set<string>();

  constructor(environment: AuthEnvironment) {
    this.#environment = environment;
    this.#vault = new Vault(environment.settings.secret, 'signing keys');
  }

  /** The key that signs now; made where there is none. */
  async current(): Promise<RingKey> {
    await this.#refresh(this.#environment.settings.sessionCheck);
    const newest = this.#newest();
    if (newest) return newest;
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** The key of that name, if it may verify at this moment. */
  async find(kid: string): Promise<RingKey | undefined> {
    await this.#refresh(this.#environment.settings.sessionCheck);
    // Another process may just have made it. Whoever invents names is not to have the database asked each time.
    if (!this.#keys.has(kid)) await this.#refresh(1);
    const key = this.#keys.get(kid);
    return key && key.verifiesUntil > this.#now() ? key : undefined;
  }

  /** The public keys that may verify (RFC 7517). */
  async published(): Promise<readonly webcrypto.JsonWebKey[]> {
    await this.current();
    return [...this.#keys.values()]
      .filter(({ jwk, verifiesUntil }) => jwk !== undefined && verifiesUntil > this.#now())
      .map(({ jwk, kid, algorithm }) => ({ ...jwk, kid, alg: algorithm, use: 'sig' }));
  }

  /**
   * Has a new key sign from now on.
   *
   * @param immediately nothing that the others signed holds any longer, for when one of them is known to somebody
   * @returns the new one
   */
  async rotate({ immediately }: { readonly immediately: boolean }): Promise<RingKey> {
    const key = await this.#make({ immediately });
    await this.#environment.services.kernel.events.emit('auth.keys-rotated', { kid: key.kid, immediately });
    return key;
  }

  /** Forgets what it knows, so that the next who asks gets what the database says. */
  forget(): void {
    this.#loadedAt = Number.NEGATIVE_INFINITY;
  }

  /** @param retire the others too, not only those of another algorithm */
  async #make(retire?: { readonly immediately: boolean }): Promise<RingKey> {
    const { settings, services, log } = this.#environment;
    const { algorithm } = settings;
    if (!isAsymmetric(algorithm)) throw new Error('With HS256 the key is JWT_SECRET: set another one.');
    const kid = randomBytes(16).toString('base64url');
    const pem = await generatePrivateKey(algorithm);
    const repository = services.data.repository(SigningKey);
    await repository.transaction(async () => {
      // Another process signs with it until it looks again.
      const lifetime = settings.accessTokenLifetime + settings.sessionCheck;
      const active = repository.query().whereNull('retiredAt');
      // Those of another algorithm do not sign any more either.
      await (retire ? active : active.where('algorithm', '!=', algorithm)).update({
        retiredAt: momentIn(0, this.#environment),
        verifiesUntil: momentIn(lifetime, this.#environment),
      });
      if (retire?.immediately) {
        const now = momentIn(0, this.#environment);
        await repository.query().where('verifiesUntil', '>', now).update({ verifiesUntil: now });
      }
      await repository.create({ kid, algorithm, privateKey: this.#vault.seal(pem, `${kid} ${algorithm}`) });
    });
    log.info(`The key ${kid} (${algorithm}) signs access tokens from now on.`);
    this.forget();
    await this.#refresh(0);
    const made = this.#keys.get(kid);
    if (!made) throw new Error(`The key ${kid} was removed from auth_signing_keys while it was made.`);
    return made;
  }

  #newest(): RingKey | undefined {
    const { algorithm } = this.#environment.settings;
    return [...this.#keys.values()].findLast((key) => !key.retired && key.algorithm === algorithm);
  }

  /** Loads the keys unless they are younger than this. @param seconds */
  async #refresh(seconds: number): Promise<void> {
    if (this.#now() - this.#loadedAt < seconds * 1000) return;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #load(): Promise<void> {
    const { settings, services } = this.#environment;
    const at = this.#now();
    if (settings.algorithm === 'HS256') {
      this.#keys = new Map([[secretKey(settings.secret).kid, secretKey(settings.secret)]]);
    } else {
      const now = new Date(at).toISOString();
      const rows = await services.data
        .repository(SigningKey)
        .query()
        .where((group) => group.whereNull('verifiesUntil').orWhere('verifiesUntil', '>', now))
        .oldest()
        .get();
      this.#keys = new Map(rows.flatMap((row) => this.#opened(row) ?? []).map((key) => [key.kid, key]));
    }
    this.#loadedAt = at;
  }

  #opened({ kid, algorithm, privateKey, retiredAt, verifiesUntil }: SigningKey): RingKey | undefined {
    if (!isAsymmetric(algorithm)) return undefined;
    const known = this.#keys.get(kid);
    const state = {
      retired: retiredAt !== null,
      verifiesUntil: verifiesUntil === null ? Number.POSITIVE_INFINITY : Date.parse(verifiesUntil),
    };
    if (known) return { ...known, ...state };
    // Encryption proves, too, that this server made the key: a row that somebody else wrote does not open.
    const pem = this.#vault.open(privateKey, `${kid} ${algorithm}`);
    if (pem === undefined) {
      if (this.#foreign.has(kid)) return undefined;
      this.#foreign.add(kid);
      this.#environment.log.warn(
        `The signing key ${kid} is not of this JWT_SECRET and is passed over: what it signed does not hold any more.`,
      );
      return undefined;
    }
    return { kid, algorithm, ...materialOf(pem), ...state };
  }

  #now(): number {
    return this.#environment.services.data.now();
  }
}

/** JWT_SECRET as the one key of HS256. */
function secretKey(secret: string): RingKey {
  const bytes = Buffer.from(secret);
  return {
    kid: `hs-${digestOf(`kid ${secret}`).slice(0, 16)}`,
    algorithm: 'HS256',
    sign: createSecretKey(bytes),
    verify: bytes,
    jwk: undefined,
    retired: false,
    verifiesUntil: Number.POSITIVE_INFINITY,
  };
}
