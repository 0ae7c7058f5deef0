import { type Static, type TSchema, Type } from 'backplane';

/** What a provider says of its objects, in words that all providers share. */

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const id = Type.String({ minLength: 1, maxLength: 255 });
/** RFC 3339, in UTC. */
const moment = Type.String({ format: 'date-time' });

const common = {
  id,
  /** What the caller gave as `reference`: how an object is found again whose answer was lost. */
  reference: orNull(Type.String()),
  createdAt: moment,
  /** When this was so, by the clock of the provider: what is older never replaces what is newer. */
  asOf: moment,
};

export const MoneySchema = Type.Object(
  {
    amount: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  },
  { additionalProperties: false },
);

export const CustomerObject = Type.Object({
  ...common,
  email: orNull(Type.String()),
  name: orNull(Type.String()),
  deleted: Type.Boolean(),
});
export type CustomerObject = Static<typeof CustomerObject>;

export const paymentStates = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
] as const;

export const PaymentObject = Type.Object({
  ...common,
  status: Type.Enum(paymentStates),
  amount: MoneySchema,
  /** What has arrived, and what could still be captured, in minor units. */
  received: Type.Integer({ minimum: 0 }),
  capturable: Type.Integer({ minimum: 0 }),
  customerId: orNull(id),
  /** Why the last attempt to pay failed. */
  failure: orNull(Type.Object({ code: Type.String(), message: Type.String() })),
  /** What the payer has to do: a page to be sent to, where there is one. */
  action: orNull(Type.Object({ type: Type.String(), url: orNull(Type.String()) })),
});
export type PaymentObject = Static<typeof PaymentObject>;

export const refundStates = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;

export const RefundObject = Type.Object({
  ...common,
  status: Type.Enum(refundStates),
  paymentId: orNull(id),
  amount: MoneySchema,
  failure: orNull(Type.String()),
});
export type RefundObject = Static<typeof RefundObject>;

export const subscriptionStates = [
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
] as const;

export const SubscriptionObject = Type.Object({
  ...common,
  status: Type.Enum(subscriptionStates),
  customerId: id,
  price: id,
  quantity: Type.Integer({ minimum: 0 }),
  /** It ends with the period that is paid for. */
  cancelAtPeriodEnd: Type.Boolean(),
  currentPeriodEnd: orNull(moment),
  endedAt: orNull(moment),
});
export type SubscriptionObject = Static<typeof SubscriptionObject>;
