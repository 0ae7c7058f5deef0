import { randomBytes } from 'node:crypto';
import { digestOf, randomToken } from '../secrets/random-token.ts';

/** An API key: `bpk_`, 12 characters that find it, and a secret. The beginning lets scanners of leaked secrets know it. */
export interface ApiKeyText {
  readonly text: string;
  /** With `bpk_`. */
  readonly prefix: string;
  /** What is kept of it. */
  readonly hash: string;
}

const pattern = /^(bpk_[0-9a-f]{12})_[\w-]{43}$/;

export function createApiKey(): ApiKeyText {
  const prefix = `bpk_${randomBytes(6).toString('hex')}`;
  const text = `${prefix}_${randomToken()}`;
  return { text, prefix, hash: digestOf(text) };
}

/** The parts of a key that a client sent, `undefined` when it is none of ours. */
export function parseApiKey(text: string): ApiKeyText | undefined {
  const [, prefix] = pattern.exec(text) ?? [];
  return prefix === undefined ? undefined : { text, prefix, hash: digestOf(text) };
}

export function looksLikeApiKey(text: string): boolean {
  return text.startsWith('bpk_');
}
