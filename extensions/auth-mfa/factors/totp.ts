import { Secret, TOTP } from 'otpauth';
import { toString as qrCodeOf } from 'qrcode';
import { digitsOf } from '../codes/digits.ts';

/** Seconds of a step, as every authenticator app takes for granted (RFC 6238, 5.2). */
const period = 30;
/** Steps that a clock may be off. */
const window = 1;
const form = { algorithm: 'SHA1', digits: 6, period } as const;

/** A secret for an authenticator app: 160 random bits (RFC 4226, 4), in Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an authenticator app reads: `otpauth://totp/…`. @param label whose it is */
export function totpUri(secret: string, issuer: string, label: string): string {
  return new TOTP({ ...form, issuer, label, secret: Secret.fromBase32(secret) }).toString();
}

/** A picture of an address for `<img src>`: SVG as a data URL. */
export async function qrCode(uri: string): Promise<string> {
  const svg = await qrCodeOf(uri, { type: 'svg', errorCorrectionLevel: 'M' });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/**
 * The time step that a code belongs to (RFC 6238): that of now, one before or one after.
 *
 * @param now ms since the epoch
 * @returns `undefined` when it is not the code of any of them
 */
export function totpStep(given: string, secret: string, now: number): number | undefined {
  const code = digitsOf(given);
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = TOTP.validate({
    ...form,
    token: code,
    secret: Secret.fromBase32(secret),
    timestamp: now,
    window,
  });
  return delta === null ? undefined : TOTP.counter({ period, timestamp: now }) + delta;
}
