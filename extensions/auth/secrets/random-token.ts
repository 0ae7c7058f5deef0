import { createHash, randomBytes } from 'node:crypto';

/** A token nobody can guess: 256 random bits, for a URL. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is kept of a random token: its SHA-256 digest (43 characters). A slow hash would gain nothing, since there is nothing
 * to guess; and who looks a digest up in an index learns nothing from how long that takes.
 */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
