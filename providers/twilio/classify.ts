import { classifyHttp, type Failure, ResponseError } from 'backplane';

/** Whatever is wrong with the number or the text is so with each of our accounts. */
const invalid = { class: 'invalid', effect: 'none', scope: 'provider' } as const;
/** The account cannot send so: another one perhaps can. */
const account = { class: 'config', effect: 'none', scope: 'instance' } as const;
const throttled = { class: 'throttled', effect: 'none', scope: 'quotaGroup' } as const;

/** What the codes of https://www.twilio.com/docs/api/errors mean, where the status does not say it. */
const failures: ReadonlyMap<number, Failure> = new Map<number, Failure>([
  [20003, account], // not authenticated, or the account is suspended
  [20404, account], // no such account
  [20429, throttled], // too many requests
  [14107, throttled], // too many messages
  [21611, throttled], // the queue of the sender is full
  [63038, throttled], // the account has sent as many today as it may
  [21610, { class: 'declined', effect: 'none', scope: 'provider' }], // who is to get it has unsubscribed
  [21408, { class: 'declined', effect: 'none', scope: 'instance' }], // the account may not send to this country
  [21612, { class: 'declined', effect: 'none', scope: 'instance' }], // there is no way from this sender to this number
  [21211, invalid], // "To" is no number
  [21614, invalid], // "To" is no mobile number
  [21617, invalid], // the text is too long
]);

/** "From" is missing, no number of the account, or cannot send messages. */
const senderFaults: ReadonlySet<number> = new Set([21212, 21603, 21606, 21659, 21660]);

/** Twilio refused a message. Its text quotes numbers, so it is not told. */
export class TwilioError extends ResponseError {
  /** Of Twilio. */
  readonly code: number | undefined;
  /** Did the caller name the sender? Otherwise the instance did. */
  readonly callersSender: boolean;

  constructor(response: Response, body: unknown, callersSender: boolean) {
    super(response.status, response.headers, body);
    this.code = codeOf(body);
    this.callersSender = callersSender;
    if (this.code !== undefined)
      this.message = `Twilio answered with status ${response.status}, code ${this.code} (https://www.twilio.com/docs/api/errors/${this.code})`;
  }
}

/** What an error of Twilio means. */
export function classifyTwilio(error: unknown): Failure {
  const byHttp = classifyHttp(error);
  // A code is missing where it is not Twilio that has no such page.
  if (error instanceof TwilioError && error.code === undefined && [404, 405].includes(error.status))
    return { ...account, code: String(error.status) };
  // Whatever a body says, with 5xx the message may be on its way.
  if (!(error instanceof TwilioError) || error.code === undefined || error.status >= 500) return byHttp;
  const { code, callersSender } = error;
  const known = senderFaults.has(code) ? (callersSender ? invalid : account) : failures.get(code);
  const { retryAfter } = byHttp;
  return { ...(known ?? byHttp), ...(retryAfter === undefined ? {} : { retryAfter }), code: String(code) };
}

function codeOf(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
  return typeof body.code === 'number' ? body.code : undefined;
}
