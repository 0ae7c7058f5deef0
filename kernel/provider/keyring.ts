import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { BackplaneError } from '../errors.ts';
import { Secret } from './secret.ts';

const algorithm = 'aes-256-gcm';
const scheme = 'enc:v1';
const ivLength = 12;
const tagLength = 16;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Was this text made by {@link Keyring.encrypt}? */
export function isEncrypted(text: string): boolean {
  return text.startsWith(`${scheme}:`);
}

/**
 * Encrypts credentials for where they are kept (AES-256-GCM, NIST SP 800-38D). The first key encrypts and all decrypt; the
 * id of the key stands in the text, so that keys can be changed one after another: put the new one first, encrypt anew,
 * take the old one away.
 */
export class Keyring {
  readonly #given: () => readonly string[];
  #read: readonly Key[] | undefined;

  /**
   * @param keys 32 bytes each, as Base64 or hexadecimal; none: nothing can be encrypted. A function is called when they are
   *   first needed
   * @throws SECRETS_KEY_INVALID
   */
  constructor(keys: readonly string[] | (() => readonly string[])) {
    this.#given = typeof keys === 'function' ? keys : () => keys;
    if (typeof keys !== 'function') this.#read = keys.map(keyOf);
  }

  get #keys(): readonly Key[] {
    this.#read ??= this.#given().map(keyOf);
    return this.#read;
  }

  /** Is there no key, so that nothing can be encrypted? */
  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /**
   * @param context where it belongs (`payment/stripe-eu/apiKey`): put elsewhere, the text does not decrypt
   * @throws SECRETS_KEY_MISSING
   */
  encrypt(secret: Secret, context: string): string {
    const [key] = this.#keys;
    if (key === undefined) throw new BackplaneError('SECRETS_KEY_MISSING', { context });
    const iv = randomBytes(ivLength);
    const cipher = createCipheriv(algorithm, key.bytes, iv, { authTagLength: tagLength });
    cipher.setAAD(Buffer.from(context));
    const content = Buffer.concat([
      cipher.update(secret.reveal(), 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    return [scheme, key.id, iv.toString('base64url'), content.toString('base64url')].join(':');
  }

  /**
   * @throws SECRETS_KEY_MISSING when there is no key at all; SECRET_UNREADABLE when its key is not there, or when it was
   *   changed or belongs elsewhere
   */
  decrypt(text: string, context: string): Secret {
    if (this.isEmpty) throw new BackplaneError('SECRETS_KEY_MISSING', { context });
    const [, , id = '', iv = '', content = ''] = text.split(':');
    const key = this.#keys.find((one) => one.id === id);
    if (!isEncrypted(text))
      throw new BackplaneError('SECRET_UNREADABLE', { context, reason: 'it is not encrypted' });
    // What merely begins like an encrypted text may be a credential: nothing of it is told.
    if (key === undefined && isKeyId(id)) {
      throw new BackplaneError('SECRET_UNREADABLE', {
        context,
        reason: `the key ${id} is not in SECRETS_KEY`,
      });
    }
    try {
      if (key === undefined) throw new Error('It names no key.');
      const bytes = Buffer.from(content, 'base64url');
      const decipher = createDecipheriv(algorithm, key.bytes, Buffer.from(iv, 'base64url'), {
        authTagLength: tagLength,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-tagLength));
      const plain = Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]);
      return new Secret(plain.toString('utf8'));
    } catch {
      const reason = 'it was changed, or encrypted for another place';
      throw new BackplaneError('SECRET_UNREADABLE', { context, reason });
    }
  }

  /** Was it encrypted with the key that encrypts now? */
  isCurrent(text: string): boolean {
    return text.split(':')[2] === this.#keys[0]?.id;
  }

  /** The same secret under the key that encrypts now; the very text if it is already. @throws as {@link decrypt} */
  reencrypt(text: string, context: string): string {
    return this.isCurrent(text) ? text : this.encrypt(this.decrypt(text, context), context);
  }
}

const isKeyId = (text: string): boolean => /^[0-9a-f]{8}$/.test(text);

function keyOf(text: string, index: number): Key {
  const given = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(given) ? Buffer.from(given, 'hex') : Buffer.from(given, 'base64');
  // What it is must not be told, only which one.
  if (bytes.length !== 32) throw new BackplaneError('SECRETS_KEY_INVALID', { number: index + 1 });
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}
