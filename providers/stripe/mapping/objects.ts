import type StripeSdk from 'stripe';
import type {
  CustomerObject,
  PaymentObject,
  RefundObject,
  SubscriptionObject,
} from '../../../extensions/payment/index.ts';
import { paymentStates, refundStates, subscriptionStates } from '../../../extensions/payment/index.ts';
import { fromStripe } from './amount.ts';

/** Under which the caller's reference stands in Stripe's metadata, and the key under which an object was made. */
export const referenceField = 'backplane_reference';
export const keyField = 'backplane_key';

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString();
const momentOrNull = (seconds: number | null | undefined): string | null =>
  seconds == null ? null : moment(seconds);
const idOf = (one: string | { readonly id: string }): string => (typeof one === 'string' ? one : one.id);
const idOrNull = (one: string | { readonly id: string } | null | undefined): string | null =>
  one == null ? null : idOf(one);

interface Made {
  readonly id: string;
  readonly created: number;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

/** @param at milliseconds since 1970 when it was so; unknown: as old as can be */
function common({ id, created, metadata }: Made, at: number | undefined) {
  return {
    id,
    reference: metadata?.[referenceField] ?? null,
    createdAt: moment(created),
    asOf: new Date(at ?? created * 1000).toISOString(),
  };
}

/** Stripe may add states; of one that is not known it is only known that it is not final. */
function stateOf<State extends string>(
  states: readonly State[],
  given: string | null,
  otherwise: State,
): State {
  return states.find((state) => state === given) ?? otherwise;
}

export function customerObject(
  customer: StripeSdk.Customer | StripeSdk.DeletedCustomer,
  at: number | undefined,
): CustomerObject {
  if (customer.deleted) {
    const made = { id: customer.id, created: Math.floor((at ?? 0) / 1000) };
    return { ...common(made, at), email: null, name: null, deleted: true };
  }
  const { email, name } = customer;
  return { ...common(customer, at), email, name: name ?? null, deleted: false };
}

export function paymentObject(intent: StripeSdk.PaymentIntent, at: number | undefined): PaymentObject {
  const { amount, amount_received, amount_capturable, currency, last_payment_error: error } = intent;
  return {
    ...common(intent, at),
    status: stateOf(paymentStates, intent.status, 'processing'),
    amount: fromStripe(amount, currency),
    received: fromStripe(amount_received, currency).amount,
    capturable: fromStripe(amount_capturable, currency).amount,
    customerId: idOrNull(intent.customer),
    failure: error && {
      code: error.decline_code ?? error.code ?? 'payment_failed',
      message: error.message ?? 'The payment failed.',
    },
    action: intent.next_action?.type ?? null,
  };
}

export function refundObject(refund: StripeSdk.Refund, at: number | undefined): RefundObject {
  return {
    ...common(refund, at),
    status: stateOf(refundStates, refund.status, 'pending'),
    paymentId: idOrNull(refund.payment_intent),
    amount: fromStripe(refund.amount, refund.currency),
    failure: refund.failure_reason ?? null,
  };
}

/** Of the first item: this driver makes subscriptions of one. */
export function subscriptionObject(
  subscription: StripeSdk.Subscription,
  at: number | undefined,
): SubscriptionObject {
  const [item] = subscription.items.data;
  return {
    ...common(subscription, at),
    status: stateOf(subscriptionStates, subscription.status, 'incomplete'),
    customerId: idOf(subscription.customer),
    price: item?.price.id ?? '-',
    quantity: item?.quantity ?? 0,
    cancelAtPeriodEnd: subscription.cancel_at_period_end,
    currentPeriodEnd: momentOrNull(periodEndOf(item) ?? periodEndOf(subscription)),
    endedAt: momentOrNull(subscription.ended_at),
  };
}

/**
 * Since the version "basil" periods belong to items. Webhooks are written in the version of their endpoint, which may be an
 * older one: there the subscription has it.
 */
function periodEndOf(holder: object | undefined): number | undefined {
  const end = holder && 'current_period_end' in holder ? holder.current_period_end : undefined;
  return typeof end === 'number' ? end : undefined;
}
