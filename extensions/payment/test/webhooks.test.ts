import { eventsOf, extensionFolder, type TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import { Payment } from '../entities/payment.ts';
import { Refund } from '../entities/refund.ts';
import { Subscription } from '../entities/subscription.ts';
import { WebhookEvent } from '../entities/webhook-event.ts';
import { Money } from '../money/money.ts';
import { codeOf, deliver, rejectionOf, startPayments } from './app.ts';

const second = 1_000;
const open = { amount: Money.of(1999, 'EUR'), paymentMethod: 'pm_slow', confirm: true };

const heard = (kernel: TestKernel) => kernel.service('data').repository(WebhookEvent);
const rows = (kernel: TestKernel) => kernel.service('data').repository(Payment);

/** A payment that its bank works on, as Stripe has it and as we have it. */
async function processing(kernel: TestKernel, operationId = 'order-1') {
  const payment = await kernel.service('payments').charge(open, { operationId });
  expect(payment.status).to.equal('processing');
  return { ...payment, providerId: payment.providerId ?? '' };
}

describe('a webhook', () => {
  it('is forgotten when it cannot come again', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const about = (id: string) => ({
      id,
      object: 'event',
      type: 'payout.paid',
      created: 1,
      data: { object: {} },
    });
    await deliver(kernel, stripe, about('evt_old'));
    const createdAt = new Date(Date.now() - 91 * 24 * 3_600_000).toISOString();
    await kernel
      .service('databases')
      .get('default')
      .knex('payment_webhook_events')
      .update({ created_at: createdAt });
    await deliver(kernel, stripe, about('evt_new'));
    await kernel.service('payments').sweep();
    expect(await heard(kernel).query().pluck('eventId')).to.deep.equal(['evt_new']);
  });

  it('brings a payment up to date, tells of it, and is written down', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { id, providerId } = await processing(kernel);
    const told = eventsOf(kernel, 'payment.*');
    stripe.time += second;
    const event = stripe.account.change(
      providerId,
      { status: 'succeeded', amount_received: 1999 },
      'payment_intent.succeeded',
    );
    const response = await deliver(kernel, stripe, event);
    expect([response.status, response.json()]).to.deep.equal([200, { received: true }]);
    expect(await rows(kernel).findOrFail(id)).to.include({ status: 'succeeded', received: 1999 });
    expect(told).to.deep.equal([{ name: 'payment.succeeded', payload: { paymentId: id } }]);
    const [row] = await heard(kernel).all();
    expect(row).to.include({ instance: 'eu', eventId: event.id, outcome: 'applied', recordId: id });
    expect(JSON.stringify(kernel.logs)).to.not.contain('pi_secret');
  });

  it('is heard once, however often it comes', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { providerId } = await processing(kernel);
    const told = eventsOf(kernel, 'payment.*');
    stripe.time += second;
    const event = stripe.account.change(providerId, { status: 'canceled' }, 'payment_intent.canceled');
    const responses = await Promise.all([1, 2, 3, 4, 5].map(() => deliver(kernel, stripe, event)));
    expect(responses.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
    expect((await deliver(kernel, stripe, event)).status).to.equal(200);
    expect([await heard(kernel).count(), told.length]).to.deep.equal([1, 1]);
  });

  it('that is overtaken changes nothing any more', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { id, providerId } = await processing(kernel);
    stripe.time += second;
    const first = stripe.account.change(
      providerId,
      { status: 'requires_action' },
      'payment_intent.requires_action',
    );
    stripe.time += second;
    const then = stripe.account.change(providerId, { status: 'succeeded' }, 'payment_intent.succeeded');
    const told = eventsOf(kernel, 'payment.*');
    await deliver(kernel, stripe, then);
    await deliver(kernel, stripe, first);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('succeeded');
    expect(told.map(({ name }) => name)).to.deep.equal(['payment.succeeded']);
    const outcomes = (await heard(kernel).query().oldest().get()).map(({ outcome }) => outcome);
    expect(outcomes).to.deep.equal(['applied', 'outdated']);
  });

  it('of each step of a charge asks for nothing more when the charge is known', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const card = { ...open, paymentMethod: 'pm_card' };
    const { id } = await kernel.service('payments').charge(card, { operationId: '1' });
    const before = stripe.requests.length;
    const types = stripe.account.events.map(({ type }) => type);
    expect(types).to.deep.equal(['payment_intent.created', 'payment_intent.succeeded']);
    for (const event of stripe.account.events) {
      expect((await deliver(kernel, stripe, event)).status).to.equal(200);
    }
    expect((await rows(kernel).findOrFail(id)).status).to.equal('succeeded');
    expect(stripe.requests.length).to.equal(before);
  });

  it('that came in the same second as another is decided by asking', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { id, providerId } = await processing(kernel);
    stripe.time += second;
    const first = stripe.account.change(
      providerId,
      { status: 'requires_action' },
      'payment_intent.requires_action',
    );
    const then = stripe.account.change(providerId, { status: 'processing' }, 'payment_intent.processing');
    await deliver(kernel, stripe, then);
    const before = stripe.requests.length;
    await deliver(kernel, stripe, first);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('processing');
    expect(stripe.requests.slice(before).map(({ what }) => what)).to.deep.equal([
      `GET /v1/payment_intents/${providerId}`,
    ]);
  });

  it('whose doubts cannot be settled now is not heard, so that it comes again', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { id, providerId } = await processing(kernel);
    // In the second of the charge.
    const event = stripe.account.change(providerId, { status: 'succeeded' }, 'payment_intent.succeeded');
    const broken = { kind: 'error', status: 500, when: 'before' } as const;
    stripe.fail(/^GET/, broken, broken, broken);
    expect((await deliver(kernel, stripe, event)).status).to.be.within(500, 599);
    expect(await heard(kernel).count()).to.equal(0);
    stripe.heal();
    expect((await deliver(kernel, stripe, event)).status).to.equal(200);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('succeeded');
  });

  it('settles a charge whose answer was lost', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const reset = { kind: 'reset', when: 'after' } as const;
    const creating = /^POST \/v1\/payment_intents$/;
    stripe.fail(creating, reset, reset, reset);
    stripe.fail(/^GET/, reset);
    const card = { ...open, paymentMethod: 'pm_card' };
    expect(await codeOf(payments.charge(card, { operationId: '1' }))).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    const event = stripe.account.events.find(({ type }) => type === 'payment_intent.succeeded');
    expect((await deliver(kernel, stripe, event ?? {})).status).to.equal(200);
    const [row] = await rows(kernel).all();
    expect(row).to.include({ status: 'succeeded', instance: 'eu', received: 1999 });
    // The journal knows it too: nothing is sent any more.
    const before = stripe.requests.length;
    expect(await payments.charge(card, { operationId: '1' })).to.include({ status: 'succeeded' });
    expect(stripe.requests.length).to.equal(before);
    expect(await kernel.service('providers').reconcile()).to.deep.equal({ done: 0, notDone: 0, unknown: 0 });
  });

  it('tells of refunds that fail later, and of subscriptions', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const card = { ...open, paymentMethod: 'pm_card' };
    const { id: paymentId } = await payments.charge(card, { operationId: '1' });
    const refund = await payments.refund({ paymentId }, { operationId: '1' });
    const ann = await payments.createCustomer({}, { operationId: 'ann' });
    const wanted = { customerId: ann.id, price: 'basic', paymentMethod: 'pm_card' };
    const subscription = await payments.subscribe(wanted, { operationId: 's' });
    const told = eventsOf(kernel, 'payment.*');
    stripe.time += second;
    const failed = { status: 'failed', failure_reason: 'lost_or_stolen_card' };
    await deliver(kernel, stripe, stripe.account.change(refund.providerId ?? '', failed, 'refund.failed'));
    const due = { status: 'past_due' };
    const event = stripe.account.change(subscription.providerId ?? '', due, 'customer.subscription.updated');
    await deliver(kernel, stripe, event);
    expect((await rows(kernel).findOrFail(paymentId)).refunded).to.equal(0);
    const data = kernel.service('data');
    expect(await data.repository(Refund).findOrFail(refund.id)).to.include({
      status: 'failed',
      failureCode: 'lost_or_stolen_card',
    });
    expect((await data.repository(Subscription).findOrFail(subscription.id)).status).to.equal('past_due');
    expect(told.map(({ name }) => name)).to.deep.equal([
      'payment.refund-failed',
      'payment.subscription-changed',
    ]);
  });

  it('about what is not ours, or about nothing that is known, is taken and left alone', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const foreign = { id: 'cus_1', object: 'customer', created: 1, email: null, metadata: {} };
    const about = (type: string, object: object) => ({
      id: `evt_${type}`,
      object: 'event',
      type,
      created: 1,
      data: { object },
    });
    expect((await deliver(kernel, stripe, about('customer.created', foreign))).status).to.equal(200);
    expect((await deliver(kernel, stripe, about('payout.paid', { object: 'payout' }))).status).to.equal(200);
    expect((await heard(kernel).all()).map(({ outcome }) => outcome)).to.deep.equal(['ignored', 'ignored']);
  });

  it('that is not signed, wrongly signed, too old or from the future is refused', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const event = { id: 'evt_1', object: 'event', type: 'payout.paid', created: 1, data: { object: {} } };
    const minutes = 60_000;
    const refused = async (how: Parameters<typeof deliver>[3]): Promise<unknown> => {
      const response = await deliver(kernel, stripe, event, how);
      return [response.status, response.json<{ code: string }>().code];
    };
    const wanted = [400, 'WEBHOOK_REFUSED'];
    expect(await refused({ secret: 'whsec_other' })).to.deep.equal(wanted);
    expect(await refused({ at: Date.now() - 6 * minutes })).to.deep.equal(wanted);
    expect(await refused({ at: Date.now() + 6 * minutes })).to.deep.equal(wanted);
    const unsigned = await kernel.inject('POST', '/payment/webhooks/eu', { body: event });
    expect(unsigned.status).to.equal(400);
    expect((await kernel.inject('POST', '/payment/webhooks/eu')).status).to.equal(400);
    // One byte is another.
    const { body, headers } = stripe.signed(event, { at: Date.now() });
    const changed = Buffer.from(body.toString().replace('payout.paid', 'payout.Paid'));
    expect((await kernel.inject('POST', '/payment/webhooks/eu', { body: changed, headers })).status).to.equal(
      400,
    );
    expect(await heard(kernel).count()).to.equal(0);
  });

  it('for another instance is refused, and says nothing of the payments of that one', async () => {
    await using eu = await FakeStripe.listen({ secret: 'whsec_eu' });
    await using us = await FakeStripe.listen({ secret: 'whsec_us' });
    await using kernel = await startPayments([eu, us]);
    const { id, providerId } = await processing(kernel);
    eu.time += second;
    const event = eu.account.change(providerId, { status: 'succeeded' }, 'payment_intent.succeeded');
    expect((await deliver(kernel, eu, event, { to: 'us' })).status).to.equal(400);
    // Signed by the other account, which cannot know of it.
    expect((await deliver(kernel, us, event, { to: 'us' })).status).to.equal(200);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('processing');
    expect((await heard(kernel).all()).map(({ outcome }) => outcome)).to.deep.equal(['ignored']);
    expect((await deliver(kernel, eu, event, { to: 'nobody' })).status).to.equal(404);
    expect((await deliver(kernel, eu, event)).status).to.equal(200);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('succeeded');
  });

  it('counts for payments of another instance that shares the account', async () => {
    await using stripe = await FakeStripe.listen();
    const shared = { deduplication: 'acct' };
    await using kernel = await startPayments([stripe, stripe], { more: [shared, shared] });
    const { id, providerId } = await processing(kernel);
    stripe.time += second;
    const event = stripe.account.change(providerId, { status: 'canceled' }, 'payment_intent.canceled');
    expect((await deliver(kernel, stripe, event, { to: 'us' })).status).to.equal(200);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('canceled');
  });

  it('of a refund that was given at the page of the provider counts on the payment', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const told = eventsOf(kernel, 'payment.refunded');
    const paid = { amount: Money.of(1999, 'EUR'), paymentMethod: 'pm_card', confirm: true };
    const { id, providerId } = await payments.charge(paid, { operationId: '1' });
    stripe.time += second;
    const refund = {
      id: 're_by_hand',
      object: 'refund',
      created: Math.floor(stripe.time / 1000),
      amount: 1500,
      currency: 'eur',
      payment_intent: providerId,
      status: 'pending',
      metadata: {},
    };
    stripe.account.objects.set(refund.id, refund);
    const event = stripe.account.change(refund.id, {}, 'refund.created');
    const answers = await Promise.all([deliver(kernel, stripe, event), deliver(kernel, stripe, event)]);
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect((await rows(kernel).findOrFail(id)).refunded).to.equal(1500);
    stripe.time += second;
    const later = stripe.account.change(refund.id, { status: 'succeeded' }, 'refund.updated');
    await deliver(kernel, stripe, later);
    expect(told).to.have.length(1);
    expect(await payments.refund({ paymentId: id }, { operationId: 'rest' })).to.include({ amount: 499 });
    // Of a payment that is not ours it is none of our affair.
    stripe.account.objects.set('re_other', { ...refund, id: 're_other', payment_intent: 'pi_other' });
    await deliver(kernel, stripe, stripe.account.change('re_other', {}, 'refund.created'));
    expect(await kernel.service('data').repository(Refund).count()).to.equal(2);
  });

  it('of an instance that was given another name is not lost, but taken when that is put right', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { id, providerId } = await processing(kernel);
    const { knex } = kernel.service('databases').get('default');
    await knex('payment_payments').update({ instance: 'before' });
    stripe.time += second;
    const event = stripe.account.change(providerId, { status: 'canceled' }, 'payment_intent.canceled');
    const response = await deliver(kernel, stripe, event);
    expect([response.status, response.json<{ code: string }>().code]).to.deep.equal([
      409,
      'PAYMENT_INSTANCE_UNKNOWN',
    ]);
    await knex('payment_payments').update({ instance: 'eu' });
    expect((await deliver(kernel, stripe, event)).status).to.equal(200);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('canceled');
  });

  it('that is huge, or compressed, is not read', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { headers } = stripe.signed({}, { at: Date.now() });
    const body = Buffer.alloc(1024 * 1024 + 1, 0x20);
    expect((await kernel.inject('POST', '/payment/webhooks/eu', { body, headers })).status).to.equal(413);
    const packed = { ...headers, 'content-encoding': 'gzip' };
    const response = await kernel.inject('POST', '/payment/webhooks/eu', {
      body: Buffer.from('x'),
      headers: packed,
    });
    expect(response.status).to.equal(415);
  });

  it('is taken while its instance cannot be asked', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const { id, providerId } = await processing(kernel);
    stripe.fail(/customers/, { kind: 'throttled', retryAfter: 60 });
    await rejectionOf(kernel.service('payments').createCustomer({}, { operationId: 'c' }));
    stripe.time += second;
    const event = stripe.account.change(providerId, { status: 'canceled' }, 'payment_intent.canceled');
    expect((await deliver(kernel, stripe, event)).status).to.equal(200);
    expect((await rows(kernel).findOrFail(id)).status).to.equal('canceled');
  });

  it('is not heard where a hook of the application fails, and is when it comes again', async () => {
    using shop = extensionFolder({
      'manifest.json': { name: 'shop', version: '1.0.0', dependencies: { payment: '^1.0.0' } },
      'index.ts': `
        import { defineExtension, hooks, hookRegistry } from 'backplane';
        let failures = 1;
        export default defineExtension({
          register({ contribute }) {
            contribute(hookRegistry, hooks.after({ name: 'payment.payment' }, 'update', ({ result }) => {
              if (result.status === 'succeeded' && failures-- > 0) throw new Error('no stock');
            }));
          },
        });`,
    });
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe], { extensions: [shop] });
    const { id, providerId } = await processing(kernel);
    const told = eventsOf(kernel, 'payment.succeeded');
    stripe.time += second;
    const event = stripe.account.change(providerId, { status: 'succeeded' }, 'payment_intent.succeeded');
    expect((await deliver(kernel, stripe, event)).status).to.equal(500);
    expect([
      await heard(kernel).count(),
      (await rows(kernel).findOrFail(id)).status,
      told.length,
    ]).to.deep.equal([0, 'processing', 0]);
    expect((await deliver(kernel, stripe, event)).status).to.equal(200);
    expect([(await rows(kernel).findOrFail(id)).status, told.length]).to.deep.equal(['succeeded', 1]);
  });
});
