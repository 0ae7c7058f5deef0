import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts what lies in the database, with a key derived from a secret: AES-256-GCM (NIST SP 800-38D), HKDF (RFC 5869). */
export class Vault {
  readonly #key: Buffer;
  readonly #digestKey: Buffer;

  /** @param purpose keeps what is derived for one thing apart from what is derived for another */
  constructor(secret: string, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, 'backplane auth', purpose, 32));
    this.#digestKey = Buffer.from(hkdfSync('sha256', secret, 'backplane auth digest', purpose, 32));
  }

  /** @param context what the text belongs to; it can only be opened as part of the same */
  seal(text: string, context: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /**
   * What is kept of a text that could be guessed, such as a short code: without the secret nobody can try them (HMAC, RFC 2104).
   * @param context what the text belongs to
   */
  digest(text: string, context: string): string {
    return createHmac('sha256', this.#digestKey)
      .update(JSON.stringify([context, text]))
      .digest('base64url');
  }

  /** The text, `undefined` when it was sealed with another secret, for something else, or was changed. */
  open(sealed: string, context: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12), {
        authTagLength: 16,
      })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
