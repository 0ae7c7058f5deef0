import { type Reconciliation, Secret } from 'backplane';
import { expect } from 'chai';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import { Connection } from '../api/connection.ts';
import { classifyStripe } from '../outcome/classify.ts';
import { reconcile } from '../outcome/reconcile.ts';
import { order, poolOf, rejectionOf } from './support/pool.ts';

const day = 24 * 3_600_000;

function ask(
  stripe: FakeStripe,
  operation: string,
  key: string,
  { sentAt = stripe.time, now = stripe.time }: { readonly sentAt?: number; readonly now?: number } = {},
): Promise<Reconciliation> {
  const connection = new Connection({ apiBase: stripe.url }, new Secret(stripe.apiKey).reveal());
  const { signal } = new AbortController();
  return reconcile(connection, { operation, key, sentAt, signal }, now);
}

describe('what became of a request to Stripe', () => {
  it('is told by the object that carries its key, however many there are since', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value } = await client.createPayment(order, { operationId: '1' });
    for (let other = 0; other < 105; other += 1) {
      const operationId = `other-${other}`;
      await client.createPayment({ ...order, reference: operationId }, { operationId });
    }
    const answer = await ask(stripe, 'createPayment', 'createPayment:1');
    expect(answer).to.have.property('state', 'done');
    expect(answer).to.have.nested.property('value.id', value.id);
    expect(stripe.requests.filter(({ what }) => what === 'GET /v1/payment_intents')).to.have.length(2);
  });

  it('is found among what was made at that time, also when thousands were made since', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const now = Math.floor(Date.now() / 1000) * 1000;
    stripe.time = now - day / 2;
    const { value } = await client.createPayment(order, { operationId: '1' });
    stripe.time = now;
    for (let other = 0; other < 2_100; other += 1) {
      stripe.account.objects.set(`pi_${other}`, {
        ...stripe.account.objects.get(value.id),
        id: `pi_${other}`,
        object: 'payment_intent',
        created: now / 1000,
        metadata: {},
      });
    }
    const sentAt = now - day / 2;
    const answer = await ask(stripe, 'createPayment', 'createPayment:1', { sentAt });
    expect(answer).to.have.nested.property('value.id', value.id);
    expect(stripe.requests.filter(({ what }) => what === 'GET /v1/payment_intents')).to.have.length(1);
  });

  it('is unknown where nothing carries it, since it may be on its way; and after a day it was not done', async () => {
    await using stripe = await FakeStripe.listen();
    expect(await ask(stripe, 'createPayment', 'k')).to.deep.equal({ state: 'unknown' });
    const sentAt = stripe.time - day - 1;
    expect(await ask(stripe, 'createPayment', 'k', { sentAt })).to.deep.equal({ state: 'notDone' });
  });

  it('of a change is told by the event that names its key, and by nothing else', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value: customer } = await client.createCustomer({ reference: 'c' }, { operationId: 'c' });
    const wanted = {
      reference: 's',
      customerId: customer.id,
      price: 'basic',
      quantity: 1,
      paymentMethod: 'pm_card',
    };
    const { value: made } = await client.createSubscription(wanted, { operationId: 's' });
    const plan = { subscriptionId: made.id, price: 'pro', proration: 'none' } as const;
    await client.changePlan(plan, { operationId: 'p' });
    const answer = await ask(stripe, 'changePlan', 'changePlan:p');
    expect(answer).to.have.nested.property('value.price', 'pro');
    const sentAt = stripe.time - 2 * day;
    expect(await ask(stripe, 'changePlan', 'changePlan:q', { sentAt })).to.deep.equal({ state: 'unknown' });
  });

  it('that is a plan is found out when the answer was lost, and the plan is changed once', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value: customer } = await client.createCustomer({ reference: 'c' }, { operationId: 'c' });
    const wanted = {
      reference: 's',
      customerId: customer.id,
      price: 'basic',
      quantity: 1,
      paymentMethod: 'pm_card',
    };
    const { value: made } = await client.createSubscription(wanted, { operationId: 's' });
    const changing = /^POST \/v1\/subscriptions\/sub/;
    stripe.fail(changing, { kind: 'error', status: 500, when: 'after' });
    const plan = { subscriptionId: made.id, price: 'pro', proration: 'now' } as const;
    const { value } = await client.changePlan(plan, { operationId: 'p' });
    expect(value.price).to.equal('pro');
    const changes = stripe.account.events.filter(({ type }) => type === 'customer.subscription.updated');
    expect(changes).to.have.length(1);
  });

  it('is asked under a digest where the key is longer than Stripe takes', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const operationId = 'x'.repeat(300);
    const { value } = await providers.for('payment').createPayment(order, { operationId });
    expect(stripe.requests[0]?.key).to.have.length(43);
    const answer = await ask(stripe, 'createPayment', `createPayment:${operationId}`);
    expect(answer).to.have.nested.property('value.id', value.id);
  });
});

describe('an error of Stripe', () => {
  const error = (fields: object): Error => Object.assign(new Error('x'), fields);
  const classified = (fields: object) => {
    const { class: one, effect, scope, code } = classifyStripe(error(fields)) ?? {};
    return [one, effect, scope, code];
  };

  it('means what its documentation says', () => {
    const api = 'StripeAPIError';
    const request = 'StripeInvalidRequestError';
    expect(
      classified({
        type: 'StripeCardError',
        statusCode: 402,
        code: 'card_declined',
        decline_code: 'lost_card',
      }),
    ).to.deep.equal(['declined', 'none', 'provider', 'lost_card']);
    expect(classified({ type: request, statusCode: 400, code: 'parameter_missing' })).to.deep.equal([
      'invalid',
      'none',
      'provider',
      'parameter_missing',
    ]);
    expect(
      classified({
        type: 'StripeAuthenticationError',
        statusCode: 401,
        rawType: 'invalid_request_error',
      }).slice(0, 2),
    ).to.deep.equal(['config', 'none']);
    expect(classified({ type: 'StripePermissionError', statusCode: 403 }).slice(0, 2)).to.deep.equal([
      'config',
      'none',
    ]);
    expect(
      classified({ type: 'StripeRateLimitError', statusCode: 429, code: 'rate_limit' }).slice(0, 3),
    ).to.deep.equal(['throttled', 'none', 'quotaGroup']);
    expect(
      classified({ type: 'StripeRateLimitError', statusCode: 429, code: 'lock_timeout' }).slice(0, 2),
    ).to.deep.equal(['transient', 'none']);
    expect(
      classified({ type: api, statusCode: 409, code: 'idempotency_key_in_use' }).slice(0, 2),
    ).to.deep.equal(['transient', 'unknown']);
    expect(classified({ type: api, statusCode: 500 }).slice(0, 2)).to.deep.equal(['transient', 'unknown']);
    expect(classifyStripe(new Error('something else'))).to.equal(undefined);
  });

  it('tells how long to wait', () => {
    const fields = { type: 'StripeRateLimitError', statusCode: 429, headers: { 'retry-after': '7' } };
    expect(classifyStripe(error(fields))).to.include({ retryAfter: 7_000 });
  });

  it('of a connection means what the connection says: where none was made, nothing was sent', async () => {
    const gone = await FakeStripe.listen();
    const connection = new Connection({ apiBase: gone.url }, 'sk_test_1');
    await gone[Symbol.asyncDispose]();
    const { signal } = new AbortController();
    const call = connection.send({ key: 'k', signal, timeout: 1_000 }, (sdk, options) =>
      sdk.customers.create({}, options),
    );
    const thrown = await rejectionOf(call);
    expect(classifyStripe(thrown)).to.deep.include({ class: 'transient', effect: 'none' });
  });
});
