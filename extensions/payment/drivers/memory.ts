import { defineDriver, Type } from 'backplane';
import type { CustomerObject, PaymentObject, RefundObject, SubscriptionObject } from '../contract/objects.ts';
import { MemoryRefusal, MemoryShelf } from '../memory/account.ts';

const month = 30 * 24 * 3_600_000;

/**
 * Payments that nobody makes, for development and tests: no money moves, and all is forgotten with the process. Payment
 * methods that are called `declined` are declined, `action` waits for the payer; all others pay.
 */
export default defineDriver('memory', {
  capability: 'payment',
  config: Type.Object({}, { additionalProperties: false }),
  create() {
    const customers = new MemoryShelf<CustomerObject>('customer');
    const payments = new MemoryShelf<PaymentObject>('payment');
    const refunds = new MemoryShelf<RefundObject>('refund');
    const subscriptions = new MemoryShelf<SubscriptionObject>('subscription');
    return {
      createCustomer: (input, { key }) =>
        customers.make(key, input, { email: input.email ?? null, name: input.name ?? null, deleted: false }),
      updateCustomer: (input, { key }) =>
        customers.change(key, input, input.customerId, ({ email, name }) => ({
          email: input.email ?? email,
          name: input.name ?? name,
        })),
      getCustomer: ({ customerId }) => customers.get(customerId),

      createPayment(input, { key }) {
        const { amount, confirm, paymentMethod, capture } = input;
        if (input.customerId !== undefined) customers.get(input.customerId);
        const paid = confirm ? outcome(paymentMethod, amount.amount, capture === 'manual') : undefined;
        const waiting = paymentMethod === undefined ? 'requires_payment_method' : 'requires_confirmation';
        const nothing = { status: waiting, received: 0, capturable: 0, action: null } as const;
        const customerId = input.customerId ?? null;
        return payments.make(key, input, { ...nothing, ...paid, amount, customerId, failure: null });
      },
      confirmPayment: (input, { key }) =>
        payments.change(key, input, input.paymentId, (before) => {
          assertOpen(before);
          return outcome(input.paymentMethod ?? 'default', before.amount.amount, false);
        }),
      capturePayment: (input, { key }) =>
        payments.change(key, input, input.paymentId, ({ status, capturable }) => {
          if (status !== 'requires_capture') throw unexpected(status);
          return { status: 'succeeded', received: input.amount?.amount ?? capturable, capturable: 0 };
        }),
      cancelPayment: (input, { key }) =>
        payments.change(key, input, input.paymentId, (before) => {
          assertOpen(before);
          return { status: 'canceled', capturable: 0 };
        }),
      getPayment: ({ paymentId }) => payments.get(paymentId),
      listPayments({ customerId, limit, after }) {
        const all = payments.all.filter((one) => customerId === undefined || one.customerId === customerId);
        const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
        return { payments: all.slice(from, from + limit), more: all.length > from + limit };
      },

      refund(input, { key }) {
        const { paymentId, amount } = input;
        const given = refunds.all.filter(
          (one) => one.paymentId === paymentId && one.reference !== input.reference,
        );
        const left =
          payments.get(paymentId).received - given.reduce((sum, one) => sum + one.amount.amount, 0);
        if (amount.amount > left) {
          throw new MemoryRefusal('declined', 'refund_too_large', `Only ${left} minor units are left.`);
        }
        return refunds.make(key, input, { status: 'succeeded', paymentId, amount, failure: null });
      },
      getRefund: ({ refundId }) => refunds.get(refundId),

      createSubscription(input, { key }) {
        const { customerId, price, quantity, paymentMethod, trialDays } = input;
        customers.get(customerId);
        const status = trialDays ? 'trialing' : paymentMethod === undefined ? 'incomplete' : 'active';
        const currentPeriodEnd = new Date(Date.now() + month).toISOString();
        const values = { status, customerId, price, quantity, currentPeriodEnd } as const;
        return subscriptions.make(key, input, { ...values, cancelAtPeriodEnd: false, endedAt: null });
      },
      changePlan: (input, { key }) =>
        subscriptions.change(key, input, input.subscriptionId, ({ quantity }) => ({
          price: input.price,
          quantity: input.quantity ?? quantity,
        })),
      cancelSubscription: (input, { key }) =>
        subscriptions.change(key, input, input.subscriptionId, () =>
          input.at === 'now'
            ? { status: 'canceled', endedAt: new Date().toISOString() }
            : { cancelAtPeriodEnd: true },
        ),
      resumeSubscription: (input, { key }) =>
        subscriptions.change(key, input, input.subscriptionId, ({ status }) => {
          if (status === 'canceled') throw unexpected(status);
          return { cancelAtPeriodEnd: false };
        }),
      getSubscription: ({ subscriptionId }) => subscriptions.get(subscriptionId),

      handover: ({ id }) => ({ clientSecret: `${id}_secret_of_nothing`, redirectUrl: null }),
      find({ kind, reference }) {
        const found = {
          customer: customers,
          payment: payments,
          refund: refunds,
          subscription: subscriptions,
        }[kind];
        const object = found.find(reference);
        return object === undefined ? {} : { [kind]: object };
      },
    };
  },
  classify: (error) =>
    error instanceof MemoryRefusal
      ? { class: error.class, effect: 'none', scope: 'provider', code: error.code }
      : undefined,
});

type Outcome = Pick<PaymentObject, 'status' | 'received' | 'capturable' | 'action'>;

/** @throws MemoryRefusal */
function outcome(paymentMethod: string | undefined, amount: number, isManual: boolean): Outcome {
  switch (paymentMethod) {
    case undefined:
      throw new MemoryRefusal(
        'invalid',
        'payment_method_missing',
        'There is no payment method to confirm it with.',
      );
    case 'declined':
      throw new MemoryRefusal('declined', 'card_declined', 'The payment method is declined.');
    case 'action':
      return { status: 'requires_action', received: 0, capturable: 0, action: 'nothing' };
    default:
      return isManual
        ? { status: 'requires_capture', received: 0, capturable: amount, action: null }
        : { status: 'succeeded', received: amount, capturable: 0, action: null };
  }
}

function assertOpen({ status }: PaymentObject): void {
  if (status === 'succeeded' || status === 'canceled') throw unexpected(status);
}

function unexpected(status: string): MemoryRefusal {
  return new MemoryRefusal('declined', 'unexpected_state', `It is ${status}.`);
}
