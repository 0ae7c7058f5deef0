import type { Failure } from './failure.ts';
import { unclassified } from './failure.ts';

/** An API answered with a status that is no success. Drivers throw it; {@link classifyHttp} knows what it means. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly status: number;
  readonly headers: Headers;
  /** The body, for the driver's own `classify`. It is not told further. */
  readonly body: unknown;

  constructor(status: number, headers: Headers = new Headers(), body?: unknown) {
    super(`The API answered with status ${status}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** Nothing was sent: no name, no connection, no trust. */
const nothingSent =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ERR_TLS_\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|HOSTNAME_MISMATCH|UND_ERR_CONNECT_TIMEOUT|ERR_INVALID_URL)$/;

/** How OpenSSL words that a handshake failed; other faults of TLS may come after a request was sent. */
const noHandshake =
  /handshake failure|wrong version number|protocol version|(unsupported|no) protocol|no shared cipher|unknown ca|certificate|unrecognized name/i;

/** How fetch words that it does not even try (https://fetch.spec.whatwg.org/#port-blocking). */
const notTried = /^(bad port|unknown scheme)$/;

/** How Node tells of a TLS handshake that was cut off; its code is that of any reset. */
const cutHandshake = /^Client network socket disconnected before secure TLS connection was established/;

/**
 * What an error of `fetch` (or a {@link ResponseError}) means. Drivers call it for whatever their own `classify` does not
 * know better; it is also what classifies where a driver has none.
 *
 * @param now milliseconds since 1970, for a Retry-After that is a date
 */
export function classifyHttp(error: unknown, now: number = Date.now()): Failure {
  if (error instanceof ResponseError) return failureOfStatus(error.status, error.headers, now);
  for (let at = error, depth = 0; Error.isError(at) && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && sentNothing(at.code, at.message)) {
      return { class: 'transient', effect: 'none', scope: 'instance', code: at.code };
    }
    // A node that is out of several addresses tells each.
    if (at instanceof AggregateError && at.errors.length > 0) {
      const all = at.errors.map((one) => classifyHttp(one, now));
      const worst = all.find(({ effect }) => effect !== 'none') ?? all[0];
      if (worst) return worst;
    }
    if (isBeforeTheWrite(at)) return { class: 'transient', effect: 'none', scope: 'instance' };
  }
  return unclassified;
}

/** Did the connection end before the request was written? */
function isBeforeTheWrite(error: Error): boolean {
  // Whatever goes wrong while a connection is made: also a reset, or a time-out.
  if ('syscall' in error && error.syscall === 'connect') return true;
  return notTried.test(error.message) || cutHandshake.test(error.message) || wroteNothing(error);
}

function sentNothing(code: string, message: string): boolean {
  return nothingSent.test(code) || (/^(EPROTO$|ERR_SSL_)/.test(code) && noHandshake.test(message));
}

/** undici tells how much of its socket was used; a connection that was never written to carried no request. */
function wroteNothing(error: Error): boolean {
  if (!('socket' in error) || typeof error.socket !== 'object' || error.socket === null) return false;
  return 'bytesWritten' in error.socket && error.socket.bytesWritten === 0;
}

/**
 * What a status means where the API documents nothing else. 500, 502 and 504 come from whoever stands before the work as
 * well as from the work itself; 503 is a documented rejection only where it says when to come back.
 */
export function failureOfStatus(status: number, headers: Headers, now: number): Failure {
  const code = String(status);
  const wait = retryAfterOf(headers, now);
  const later = wait === undefined ? {} : { retryAfter: wait };
  if (status === 429) return { class: 'throttled', effect: 'none', scope: 'quotaGroup', code, ...later };
  if (status === 401 || status === 402 || status === 403) {
    return { class: 'config', effect: 'none', scope: 'instance', code };
  }
  if (status === 503 && wait !== undefined) {
    return { class: 'transient', effect: 'none', scope: 'instance', code, ...later };
  }
  if (status === 408 || status >= 500 || status < 400) {
    return { class: 'transient', effect: 'unknown', scope: 'instance', code, ...later };
  }
  return { class: 'invalid', effect: 'none', scope: 'provider', code };
}

/** A date as HTTP writes it, today or formerly: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7). */
const httpDate = /^[a-z]{3,9},? [\w -]+ \d\d:\d\d:\d\d [\w +-]+$/i;

/** The longest wait that is believed: a week. No quota is counted for longer than that, or resets at a time that is told. */
const longestWait = 7 * 24 * 3_600_000;

/**
 * Milliseconds that a response asks to wait: seconds or a date (RFC 9110, 10.2.3).
 * @returns `undefined`: it does not say, or nothing that has a meaning. `Date.parse` alone makes a date of almost anything
 */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  const date = httpDate.test(text) ? Date.parse(text) : Number.NaN;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Math.max(0, date - now);
  // Longer ones are faults (milliseconds taken for seconds), and would disable whoever is told so.
  return wait <= longestWait ? wait : undefined;
}
