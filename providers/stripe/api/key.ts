import { hash } from 'node:crypto';

/** Idempotency keys of Stripe's have 255 characters at most; metadata, which repeats them, has 500. */
const longest = 255;

/** The key of an attempt as Stripe takes it: a longer one by its digest. */
export function stripeKey(key: string): string {
  return key.length <= longest ? key : hash('sha256', key, 'base64url');
}
