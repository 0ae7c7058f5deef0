import { describeDriver } from 'backplane/testing';
import { payment } from '../../../extensions/payment/index.ts';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import driver from '../drivers/stripe.ts';
import { order } from './support/pool.ts';

const apiKey = 'sk_test_of_the_suite';
const webhookSecret = 'whsec_of_the_suite';

/** What was made, by its id. */
function idOf(made: unknown): string {
  if (typeof made === 'object' && made !== null && 'id' in made && typeof made.id === 'string')
    return made.id;
  throw new Error('Nothing was made.');
}

interface Made {
  readonly number: number;
  readonly call: (operation: string, input: unknown) => Promise<unknown>;
}

const customerOf = async ({ number, call }: Made): Promise<string> =>
  idOf(await call('createCustomer', { reference: `c-${number}` }));
const paymentOf = async ({ number, call }: Made, more: object = {}): Promise<string> =>
  idOf(await call('createPayment', { ...order, reference: `p-${number}`, ...more }));
const subscriptionOf = async (context: Made): Promise<string> => {
  const wanted = {
    price: 'basic',
    quantity: 1,
    paymentMethod: 'pm_card',
    customerId: await customerOf(context),
  };
  return idOf(await context.call('createSubscription', { reference: `s-${context.number}`, ...wanted }));
};
const cents = (number: number) => ({ amount: 100 + number, currency: 'EUR' });

describeDriver(driver, {
  capability: payment,
  api: {
    async http() {
      const stripe = await FakeStripe.listen({ apiKey, secret: webhookSecret });
      return {
        port: stripe.port,
        effects: () => stripe.account.effects,
        close: () => stripe[Symbol.asyncDispose](),
      };
    },
  },
  instance: ({ url }) => ({ config: { apiBase: url }, secrets: { apiKey, webhookSecret } }),
  inputs: {
    createCustomer: ({ number }) => ({ reference: `c-${number}`, email: `ann${number}@example.org` }),
    updateCustomer: async (context) => ({
      customerId: await customerOf(context),
      name: `Ann ${context.number}`,
    }),
    getCustomer: async (context) => ({ customerId: await customerOf(context) }),
    createPayment: ({ number }) => ({ ...order, reference: `p-${number}`, amount: cents(number) }),
    confirmPayment: async (context) => ({
      paymentId: await paymentOf(context, { confirm: false }),
      returnUrl: 'https://shop.example.org/paid',
    }),
    capturePayment: async (context) => ({
      paymentId: await paymentOf(context, { capture: 'manual' }),
      amount: cents(context.number),
    }),
    cancelPayment: async (context) => ({ paymentId: await paymentOf(context, { confirm: false }) }),
    getPayment: async (context) => ({ paymentId: await paymentOf(context) }),
    listPayments: () => ({ limit: 10 }),
    refund: async (context) => ({
      reference: `r-${context.number}`,
      paymentId: await paymentOf(context),
      amount: cents(context.number),
    }),
    getRefund: async (context) => {
      const wanted = {
        reference: `r-${context.number}`,
        amount: cents(1),
        paymentId: await paymentOf(context),
      };
      return { refundId: idOf(await context.call('refund', wanted)) };
    },
    createSubscription: async (context) => ({
      reference: `s-${context.number}`,
      customerId: await customerOf(context),
      price: 'basic',
      quantity: 1,
      paymentMethod: 'pm_card',
    }),
    changePlan: async (context) => ({
      subscriptionId: await subscriptionOf(context),
      price: `pro-${context.number}`,
      proration: 'none' as const,
    }),
    cancelSubscription: async (context) => ({
      subscriptionId: await subscriptionOf(context),
      at: 'period-end' as const,
    }),
    resumeSubscription: async (context) => ({ subscriptionId: await subscriptionOf(context) }),
    getSubscription: async (context) => ({ subscriptionId: await subscriptionOf(context) }),
    handover: async (context) => ({ kind: 'payment' as const, id: await paymentOf(context) }),
    find: ({ number }) => ({
      kind: 'payment' as const,
      reference: `p-${number}`,
      since: new Date().toISOString(),
    }),
  },
  answers: {
    402: {
      body: { error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' } },
      class: 'declined',
    },
    409: {
      body: { error: { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'In use.' } },
      class: 'transient',
    },
  },
  failures: {
    'a card without money': {
      operation: 'createPayment',
      input: ({ number }) => ({ ...order, reference: `p-${number}`, paymentMethod: 'pm_declined' }),
      class: 'declined',
      code: 'insufficient_funds',
    },
    'an amount that Stripe does not count in': {
      operation: 'createPayment',
      input: () => ({ ...order, amount: { amount: 5_124, currency: 'KWD' } }),
      class: 'invalid',
      code: 'amount_not_possible',
    },
  },
});
