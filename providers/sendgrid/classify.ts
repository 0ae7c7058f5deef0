import { classifyHttp, type Failure, ResponseError } from 'backplane';

/** One of the `errors` of an answer. */
interface ApiError {
  readonly message: string;
  readonly field: string;
}

/**
 * What an error of the API means, where it says more than its status.
 * @param now milliseconds since 1970
 */
export function classify(error: unknown, now = Date.now()): Failure | undefined {
  if (!(error instanceof ResponseError)) return undefined;
  const { status, headers } = error;
  const said = errorsOf(error.body);
  const code = String(status);
  if (status === 429) {
    const retryAfter = untilReset(headers, now);
    const usual = classifyHttp(error, now);
    return retryAfter === undefined ? usual : { ...usual, retryAfter };
  }
  // Its credentials are fine, but what they may send is used up.
  if (status === 401 && said.some(({ message }) => /credits? exceeded/i.test(message))) {
    return { class: 'throttled', effect: 'none', scope: 'quotaGroup', code: 'CREDITS_EXCEEDED' };
  }
  // Whose mails this account may send; another sender is welcome.
  if (status === 403 && said.some(({ field }) => field === 'from')) {
    return { class: 'declined', effect: 'none', scope: 'provider', code: 'SENDER_NOT_VERIFIED' };
  }
  // No such API there, or none that may be used from here.
  if (status === 404 || status === 405 || status === 451) {
    return { class: 'config', effect: 'none', scope: 'instance', code };
  }
  return undefined;
}

/** Milliseconds: a day. */
const longestWait = 24 * 3_600_000;
/** Characters of what the API says that are told. */
const mostTold = 500;

/** What the API says is wrong, as one text. */
export function toldBy(body: unknown): string {
  return errorsOf(body)
    .filter(({ message }) => message !== '')
    .map(({ field, message }) => (field === '' ? message : `${field}: ${message}`))
    .join('; ')
    .slice(0, mostTold);
}

function errorsOf(body: unknown): readonly ApiError[] {
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors))
    return [];
  return body.errors.map((one: unknown) => {
    const { message, field }: { message?: unknown; field?: unknown } = Object(one);
    return {
      message: typeof message === 'string' ? message : '',
      field: typeof field === 'string' ? field : '',
    };
  });
}

/** `X-RateLimit-Reset`: when the period ends, in seconds since 1970. */
function untilReset(headers: Headers, now: number): number | undefined {
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  const wait = Math.max(0, reset * 1000 - now);
  // Periods are minutes; what is far off is no time in seconds.
  return reset > 0 && wait <= longestWait ? wait : undefined;
}
