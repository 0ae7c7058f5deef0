import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, for an address of a page. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token. One that is random needs no salt. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
