import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  type webcrypto,
} from 'node:crypto';
import { promisify } from 'node:util';

/** Asymmetric ones: keys of each are made, kept and published. */
export const asymmetric = ['ES256', 'ES384', 'RS256', 'PS256'] as const;
export type AsymmetricAlgorithm = (typeof asymmetric)[number];
export type KeyAlgorithm = AsymmetricAlgorithm | 'HS256';

export function isAsymmetric(algorithm: string): algorithm is AsymmetricAlgorithm {
  return asymmetric.some((one) => one === algorithm);
}

const generate = promisify(generateKeyPair);

/** Makes a private key. @returns it as PEM (PKCS #8) */
export async function generatePrivateKey(algorithm: AsymmetricAlgorithm): Promise<string> {
  const { privateKey } = await generateFor(algorithm);
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function generateFor(algorithm: AsymmetricAlgorithm): Promise<{ readonly privateKey: KeyObject }> {
  switch (algorithm) {
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generate('ec', { namedCurve: 'P-384' });
    case 'RS256':
    case 'PS256':
      return generate('rsa', { modulusLength: 3072 });
  }
}

/** A key with everything that signing, verifying and publishing it needs. */
export interface KeyMaterial {
  readonly sign: KeyObject;
  /** For a verifier: PEM of the public key. */
  readonly verify: string;
  /** As the key set shows it (RFC 7517). */
  readonly jwk: webcrypto.JsonWebKey;
}

/** @param pem private key as {@link generatePrivateKey} makes it */
export function materialOf(pem: string): KeyMaterial {
  const sign = createPrivateKey(pem);
  const publicKey = createPublicKey(sign);
  return {
    sign,
    verify: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: publicKey.export({ format: 'jwk' }),
  };
}
