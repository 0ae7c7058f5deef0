import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The signature of a request of Twilio's: HMAC-SHA1, by the auth token, of the address and of all fields of the form in the
 * order of their names (https://www.twilio.com/docs/usage/security#validating-requests).
 *
 * @param url as Twilio was given it
 * @returns Base64
 */
export function twilioSignature(url: string, form: URLSearchParams, authToken: string): string {
  // Every value of a name that is there several times: one beyond what was signed must not go unseen.
  const fields = [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  return createHmac('sha1', authToken)
    .update([url, ...fields].join(''), 'utf8')
    .digest('base64');
}

/** Compared in constant time. */
export function isSignature(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What Twilio's states come to; on the others the message is still on its way to the network. */
const states: ReadonlyMap<string, 'sent' | 'delivered' | 'failed'> = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
] as const);

/** The reports in a status callback: one, or none (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status). */
export function reportsIn(form: URLSearchParams) {
  const id = form.get('MessageSid');
  const state = states.get(form.get('MessageStatus') ?? '');
  const code = form.get('ErrorCode');
  return id === null || state === undefined ? [] : [{ id, state, ...(code ? { code } : {}) }];
}
