import { defineCapability, Type } from 'backplane';
import {
  CustomerObject,
  MoneySchema,
  PaymentObject,
  RefundObject,
  SubscriptionObject,
} from '../contract/objects.ts';

const id = Type.String({ minLength: 1, maxLength: 255 });
const text = Type.String({ minLength: 1, maxLength: 500 });
/** Of the caller; events and lists bring it back. */
const reference = Type.String({ minLength: 1, maxLength: 100 });
const amount = MoneySchema;
const metadata = Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 500 }));
const customer = { email: Type.Optional(text), name: Type.Optional(text), metadata: Type.Optional(metadata) };

/** Providers ask banks, who take their time. */
const keyed = { safety: 'keyed', deadline: 60_000, attemptTimeout: 25_000 } as const;
const read = { safety: 'read', deadline: 20_000, attemptTimeout: 8_000 } as const;

/** What a provider of payments does. No answer holds a secret but that of `secretOf`, which is written down nowhere. */
export const payment = defineCapability('payment', {
  operations: {
    createCustomer: { ...keyed, input: Type.Object({ reference, ...customer }), output: CustomerObject },
    updateCustomer: {
      ...keyed,
      input: Type.Object({ customerId: id, ...customer }),
      output: CustomerObject,
    },
    getCustomer: { ...read, input: Type.Object({ customerId: id }), output: CustomerObject },

    createPayment: {
      ...keyed,
      input: Type.Object({
        reference,
        amount,
        customerId: Type.Optional(id),
        paymentMethod: Type.Optional(id),
        /** Pay at once, with the payment method. */
        confirm: Type.Boolean({ default: false }),
        /** `manual`: only reserve the amount, for `capturePayment`. */
        capture: Type.Enum(['automatic', 'manual'], { default: 'automatic' }),
        /** The payer is not there: nothing can be asked of them. */
        offSession: Type.Boolean({ default: false }),
        /** Keep the payment method for payments without the payer. */
        savePaymentMethod: Type.Boolean({ default: false }),
        returnUrl: Type.Optional(Type.String({ maxLength: 2000 })),
        description: Type.Optional(text),
        receiptEmail: Type.Optional(text),
        metadata: Type.Optional(metadata),
      }),
      output: PaymentObject,
    },
    confirmPayment: {
      ...keyed,
      input: Type.Object({
        paymentId: id,
        paymentMethod: Type.Optional(id),
        returnUrl: Type.Optional(Type.String({ maxLength: 2000 })),
      }),
      output: PaymentObject,
    },
    capturePayment: {
      ...keyed,
      input: Type.Object({ paymentId: id, amount: Type.Optional(amount) }),
      output: PaymentObject,
    },
    cancelPayment: { ...keyed, input: Type.Object({ paymentId: id }), output: PaymentObject },
    getPayment: { ...read, input: Type.Object({ paymentId: id }), output: PaymentObject },
    listPayments: {
      ...read,
      input: Type.Object({
        customerId: Type.Optional(id),
        limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
        after: Type.Optional(id),
      }),
      output: Type.Object({ payments: Type.Array(PaymentObject), more: Type.Boolean() }),
    },

    refund: {
      ...keyed,
      input: Type.Object({
        reference,
        paymentId: id,
        amount,
        reason: Type.Optional(Type.Enum(['duplicate', 'fraudulent', 'requested_by_customer'])),
      }),
      output: RefundObject,
    },
    getRefund: { ...read, input: Type.Object({ refundId: id }), output: RefundObject },

    createSubscription: {
      ...keyed,
      input: Type.Object({
        reference,
        customerId: id,
        price: id,
        quantity: Type.Integer({ minimum: 1, default: 1 }),
        /** Without one, the first payment waits for the payer. */
        paymentMethod: Type.Optional(id),
        trialDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 730 })),
        metadata: Type.Optional(metadata),
      }),
      output: SubscriptionObject,
    },
    changePlan: {
      ...keyed,
      input: Type.Object({
        subscriptionId: id,
        price: id,
        quantity: Type.Optional(Type.Integer({ minimum: 1 })),
        /** What becomes of the rest of the period: reckoned up in the next invoice, in one of its own now, or not. */
        proration: Type.Enum(['next-invoice', 'now', 'none'], { default: 'next-invoice' }),
      }),
      output: SubscriptionObject,
    },
    cancelSubscription: {
      ...keyed,
      input: Type.Object({
        subscriptionId: id,
        at: Type.Enum(['period-end', 'now'], { default: 'period-end' }),
      }),
      output: SubscriptionObject,
    },
    /** Takes back a cancellation that has not come about yet. */
    resumeSubscription: {
      ...keyed,
      input: Type.Object({ subscriptionId: id }),
      output: SubscriptionObject,
    },
    getSubscription: { ...read, input: Type.Object({ subscriptionId: id }), output: SubscriptionObject },

    /** With what the payer's browser goes on, of a payment or of the first payment of a subscription. */
    secretOf: {
      ...read,
      input: Type.Object({ kind: Type.Enum(['payment', 'subscription']), id }),
      output: Type.Object({ secret: Type.Union([Type.String(), Type.Null()]) }),
    },
    /** Finds what was made under a reference and whose answer was lost. Nothing found says nothing. */
    find: {
      ...read,
      input: Type.Object({
        kind: Type.Enum(['customer', 'payment', 'refund', 'subscription']),
        reference,
        /** When it was asked for. */
        since: Type.String({ format: 'date-time' }),
      }),
      output: Type.Object({
        customer: Type.Optional(CustomerObject),
        payment: Type.Optional(PaymentObject),
        refund: Type.Optional(RefundObject),
        subscription: Type.Optional(SubscriptionObject),
      }),
    },
  },
});

declare module 'backplane' {
  interface Capabilities {
    payment: typeof payment;
  }
}
