import { defineDriver, Type } from 'backplane';
import { Connection } from '../api/connection.ts';
import { customerOperations } from '../operations/customers.ts';
import { lookups } from '../operations/lookups.ts';
import { paymentOperations } from '../operations/payments.ts';
import { refundOperations } from '../operations/refunds.ts';
import { subscriptionOperations } from '../operations/subscriptions.ts';
import { classifyStripe } from '../outcome/classify.ts';
import { reconcile } from '../outcome/reconcile.ts';
import { receive } from '../webhook/receive.ts';

export default defineDriver('stripe', {
  capability: 'payment',
  config: Type.Object(
    {
      apiBase: Type.String({ default: 'https://api.stripe.com', pattern: '^https?://[^/]+/?$' }),
      /** Seconds between the signing of a webhook and its arrival. */
      webhookTolerance: Type.Integer({ default: 300, minimum: 1 }),
      /** With Stripe Connect: for whom the platform acts. */
      account: Type.Optional(Type.String({ pattern: '^acct_' })),
    },
    { additionalProperties: false },
  ),
  secrets: ['apiKey'],
  /** Without it the instance charges, and takes no webhook. */
  optionalSecrets: ['webhookSecret'],
  create(config, { apiKey, webhookSecret }) {
    const connection = new Connection(config, apiKey.reveal());
    // Two while one takes the place of the other, with a comma between them.
    const secrets = (webhookSecret?.reveal() ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
    return {
      ...customerOperations(connection),
      ...paymentOperations(connection),
      ...refundOperations(connection),
      ...subscriptionOperations(connection),
      ...lookups(connection),
      connection,
      webhook: { secrets, tolerance: config.webhookTolerance, account: config.account },
    };
  },
  classify: classifyStripe,
  reconcile: ({ connection }, query) => reconcile(connection, query),
  webhook: ({ webhook }, request) => receive(request, webhook),
  async health({ connection }, { signal }) {
    await connection.ask({ signal, timeout: 10_000 }, (sdk, options) => sdk.balance.retrieve({}, options));
  },
});
