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
    /** Payments whose amount is only reserved, and the payment methods that they were made with. */
    const manual = new Set<string>();
    const methods = new Map<string, string>();
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
        const isManual = capture === 'manual';
        const paid = confirm ? outcome(paymentMethod, amount.amount, isManual) : undefined;
        const first = paymentMethod === undefined ? 'requires_payment_method' : 'requires_confirmation';
        const nothing = { status: first, received: 0, capturable: 0, action: null } as const;
        const customerId = input.customerId ?? null;
        const values = { ...nothing, failure: null, ...paid, amount, customerId };
        const payment = payments.make(key, input, values);
        if (isManual) manual.add(payment.id);
        if (paymentMethod !== undefined) methods.set(payment.id, paymentMethod);
        return unlessDeclined(payment);
      },
      confirmPayment: (input, { key }) =>
        unlessDeclined(
          payments.change(key, input, input.paymentId, ({ id, status, amount }) => {
            if (!waiting.includes(status)) throw unexpected(status);
            const method = input.paymentMethod ?? methods.get(id);
            return { failure: null, ...outcome(method, amount.amount, manual.has(id)) };
          }),
        ),
      capturePayment: (input, { key }) =>
        payments.change(key, input, input.paymentId, ({ status, capturable }) => {
          if (status !== 'requires_capture') throw unexpected(status);
          const received = input.amount?.amount ?? capturable;
          if (received > capturable) {
            throw new MemoryRefusal('invalid', 'amount_too_large', `Only ${capturable} can be captured.`);
          }
          return { status: 'succeeded', received, capturable: 0 };
        }),
      cancelPayment: (input, { key }) =>
        payments.change(key, input, input.paymentId, ({ status }) => {
          if (status !== 'requires_capture' && !waiting.includes(status)) throw unexpected(status);
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
        subscriptions.change(key, input, input.subscriptionId, ({ quantity, status }) => {
          assertRuns(status);
          return { price: input.price, quantity: input.quantity ?? quantity };
        }),
      cancelSubscription: (input, { key }) =>
        subscriptions.change(key, input, input.subscriptionId, ({ status }) => {
          if (input.at === 'now') return status === 'canceled' ? {} : ended();
          assertRuns(status);
          return { cancelAtPeriodEnd: true };
        }),
      resumeSubscription: (input, { key }) =>
        subscriptions.change(key, input, input.subscriptionId, ({ status }) => {
          assertRuns(status);
          return { cancelAtPeriodEnd: false };
        }),
      getSubscription: ({ subscriptionId }) => subscriptions.get(subscriptionId),

      handover({ kind, id }) {
        const { id: known } = kind === 'payment' ? payments.get(id) : subscriptions.get(id);
        return { clientSecret: `${known}_secret_of_nothing`, redirectUrl: null };
      },
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

type Outcome = Pick<PaymentObject, 'status' | 'received' | 'capturable' | 'action'> &
  Partial<Pick<PaymentObject, 'failure'>>;

/** States in which a payment can be confirmed. */
const waiting: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

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
      return {
        status: 'requires_payment_method',
        received: 0,
        capturable: 0,
        action: null,
        failure: { code: 'card_declined', message: 'The payment method is declined.' },
      };
    case 'action':
      return { status: 'requires_action', received: 0, capturable: 0, action: 'nothing' };
    default:
      return isManual
        ? { status: 'requires_capture', received: 0, capturable: amount, action: null }
        : { status: 'succeeded', received: amount, capturable: 0, action: null };
  }
}

/** It is kept, and waits for another payment method. @throws MemoryRefusal */
function unlessDeclined(payment: PaymentObject): PaymentObject {
  const { failure } = payment;
  if (failure !== null) throw new MemoryRefusal('declined', failure.code, failure.message);
  return payment;
}

const ended = () => ({ status: 'canceled', endedAt: new Date().toISOString() }) as const;

function assertRuns(status: string): void {
  if (status === 'canceled') throw unexpected(status);
}

function unexpected(status: string): MemoryRefusal {
  return new MemoryRefusal('declined', 'unexpected_state', `It is ${status}.`);
}
