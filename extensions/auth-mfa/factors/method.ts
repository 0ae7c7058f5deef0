/** Factors that somebody sets up. */
export const factorTypes = ['totp', 'email', 'sms'] as const;
export type FactorType = (typeof factorTypes)[number];

/** Ways to do a second step. */
export const methods = [...factorTypes, 'recovery'] as const;
export type Method = (typeof methods)[number];

/** Ways by which a code is sent. */
export const channels = ['email', 'sms'] as const;
export type Channel = (typeof channels)[number];

export function isChannel(method: Method): method is Channel {
  return method === 'email' || method === 'sms';
}

/** How somebody was recognised by it (RFC 8176, which knows no e-mail: a code of one is a one-time password, too). */
export function amrOf(method: Method): readonly string[] {
  return [method === 'sms' ? 'sms' : 'otp', 'mfa'];
}
