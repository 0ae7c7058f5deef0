import type { CustomerObject, PaymentObject, RefundObject, SubscriptionObject } from './objects.ts';

/** An object of a provider, with what it is. */
export type ProviderObject =
  | { readonly kind: 'customer'; readonly object: CustomerObject }
  | { readonly kind: 'payment'; readonly object: PaymentObject }
  | { readonly kind: 'refund'; readonly object: RefundObject }
  | { readonly kind: 'subscription'; readonly object: SubscriptionObject };

export type Kind = ProviderObject['kind'];

/** What a driver's `webhook` makes of what its API has sent: something happened, and to which object. */
export interface PaymentEvent {
  /** The provider's own id of the event: what has been heard once is not heard again. */
  readonly id: string;
  /** The provider's own name: `payment_intent.succeeded`. */
  readonly type: string;
  /** `undefined`: nothing that concerns this extension. */
  readonly subject: ProviderObject | undefined;
}

/** Did a driver give an event? */
export function isPaymentEvent(value: unknown): value is PaymentEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'type' in value &&
    typeof value.type === 'string' &&
    'subject' in value &&
    (value.subject === undefined || isProviderObject(value.subject))
  );
}

const kinds: readonly unknown[] = ['customer', 'payment', 'refund', 'subscription'] satisfies Kind[];

function isProviderObject(value: unknown): value is ProviderObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    kinds.includes(value.kind) &&
    'object' in value &&
    typeof value.object === 'object' &&
    value.object !== null &&
    'asOf' in value.object
  );
}
