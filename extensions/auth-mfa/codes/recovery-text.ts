import { randomBytes } from 'node:crypto';

/** Of Douglas Crockford's Base32: no letter that is taken for a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A recovery code: 80 random bits as `3fk9-h2mv-x07q-ptzc`. */
export function newRecoveryCode(): string {
  // 256 is a multiple of 32, so that every character is as likely.
  const text = Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('');
  return (text.match(/.{4}/g) ?? []).join('-');
}

/** A recovery code as it is kept, however somebody has typed it. */
export function normaliseRecoveryCode(given: string): string {
  return given.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
}
