import type { DriverOperations } from 'backplane';
import type StripeSdk from 'stripe';
import type { Connection } from '../api/connection.ts';
import { toStripe } from '../mapping/amount.ts';
import { paymentObject } from '../mapping/objects.ts';
import { marks } from './marks.ts';

type All = DriverOperations<'payment'>;
type Operations = Pick<
  All,
  'createPayment' | 'confirmPayment' | 'capturePayment' | 'cancelPayment' | 'getPayment' | 'listPayments'
>;
type CreateInput = Parameters<All['createPayment']>[0];

export function paymentOperations(connection: Connection): Operations {
  return {
    async createPayment(input, attempt) {
      const params = {
        ...createParams(input),
        metadata: { ...input.metadata, ...marks(attempt, input.reference) },
      };
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.paymentIntents.create(params, options),
      );
      return paymentObject(value, at);
    },
    async confirmPayment({ paymentId, paymentMethod, returnUrl }, attempt) {
      const params = {
        ...(paymentMethod === undefined ? {} : { payment_method: paymentMethod }),
        ...(returnUrl === undefined ? {} : { return_url: returnUrl }),
      };
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.paymentIntents.confirm(paymentId, params, options),
      );
      return paymentObject(value, at);
    },
    async capturePayment({ paymentId, amount }, attempt) {
      const params = amount === undefined ? {} : { amount_to_capture: toStripe(amount) };
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.paymentIntents.capture(paymentId, params, options),
      );
      return paymentObject(value, at);
    },
    async cancelPayment({ paymentId }, attempt) {
      const { value, at } = await connection.send(attempt, (sdk, options) =>
        sdk.paymentIntents.cancel(paymentId, {}, options),
      );
      return paymentObject(value, at);
    },
    async getPayment({ paymentId }, attempt) {
      const { value, at } = await connection.ask(attempt, (sdk, options) =>
        sdk.paymentIntents.retrieve(paymentId, {}, options),
      );
      return paymentObject(value, at);
    },
    async listPayments({ customerId, limit, after }, attempt) {
      const params = {
        limit,
        ...(customerId === undefined ? {} : { customer: customerId }),
        ...(after === undefined ? {} : { starting_after: after }),
      };
      const { value, at } = await connection.ask(attempt, (sdk, options) =>
        sdk.paymentIntents.list(params, options),
      );
      return { payments: value.data.map((one) => paymentObject(one, at)), more: value.has_more };
    },
  };
}

function createParams(input: CreateInput): StripeSdk.PaymentIntentCreateParams {
  const { customerId, paymentMethod, confirm, offSession, returnUrl, description, receiptEmail } = input;
  return {
    amount: toStripe(input.amount),
    currency: input.amount.currency.toLowerCase(),
    capture_method: input.capture === 'manual' ? 'manual' : 'automatic',
    // Without a page to come back to, methods that send the payer away cannot be offered.
    automatic_payment_methods: {
      enabled: true,
      ...(confirm && returnUrl === undefined ? { allow_redirects: 'never' as const } : {}),
    },
    ...(customerId === undefined ? {} : { customer: customerId }),
    ...(paymentMethod === undefined ? {} : { payment_method: paymentMethod }),
    ...(confirm ? { confirm } : {}),
    ...(confirm && offSession ? { off_session: true } : {}),
    ...(input.savePaymentMethod ? { setup_future_usage: 'off_session' as const } : {}),
    ...(confirm && returnUrl !== undefined ? { return_url: returnUrl } : {}),
    ...(description === undefined ? {} : { description }),
    ...(receiptEmail === undefined ? {} : { receipt_email: receiptEmail }),
  };
}
