import { classifyHttp, type Failure, ResponseError } from 'backplane';
import { AmountError } from '../mapping/amount.ts';

/** What the SDK throws, as far as it matters. By its fields: the SDK need not be loaded for it. */
interface SdkError {
  readonly type: string;
  readonly statusCode?: number | undefined;
  readonly code?: string | undefined;
  readonly decline_code?: string | undefined;
  readonly rawType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of a connection that failed: what failed. */
  readonly detail?: unknown;
}

/**
 * What an error of Stripe's means (https://docs.stripe.com/error-low-level, https://docs.stripe.com/api/errors).
 *
 * @returns `undefined` for what is no error of Stripe's
 */
export function classifyStripe(error: unknown): Failure | undefined {
  if (error instanceof AmountError) {
    return { class: 'invalid', effect: 'none', scope: 'provider', code: 'amount_not_possible' };
  }
  if (!isSdkError(error)) return undefined;
  const { statusCode: status, type, headers = {} } = error;
  if (type === 'StripeConnectionError') return classifyHttp(error.detail);
  // No status: an answer that is no JSON, or nothing that was ever sent.
  if (status === undefined) return undefined;
  const code = error.decline_code || error.code || error.rawType || String(status);
  const general = classifyHttp(new ResponseError(status, new Headers(headers)));
  if (status === 402) return { class: 'declined', effect: 'none', scope: 'provider', code };
  if (isThrottled(error))
    return { ...general, class: 'throttled', effect: 'none', scope: 'quotaGroup', code };
  // Somebody works on the object at this moment, or on a request with this key: that one may yet succeed.
  if (error.code === 'lock_timeout') return { class: 'transient', effect: 'none', scope: 'instance', code };
  if (status === 409) return { class: 'transient', effect: 'unknown', scope: 'instance', code };
  // Another refund has been faster, or the payment has gone on: asking elsewhere helps nobody.
  if (declined.has(code)) return { class: 'declined', effect: 'none', scope: 'provider', code };
  return { ...general, code };
}

/** Requests in good order that the state of things forbids, though Stripe answers 400 (https://docs.stripe.com/error-codes). */
const declined: ReadonlySet<string> = new Set([
  'amount_too_large',
  'amount_too_small',
  'balance_insufficient',
  'charge_already_captured',
  'charge_already_refunded',
  'charge_disputed',
  'charge_exceeds_source_limit',
  'charge_expired_for_capture',
  'payment_intent_unexpected_state',
  'refund_disputed_payment',
]);

function isThrottled({ statusCode, code }: SdkError): boolean {
  return code === 'rate_limit' || (statusCode === 429 && code !== 'lock_timeout');
}

export function isSdkError(error: unknown): error is Error & SdkError {
  return (
    Error.isError(error) && 'type' in error && typeof error.type === 'string' && /^Stripe/.test(error.type)
  );
}
