import { eventsOf } from 'backplane/testing';
import { expect } from 'chai';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import { Payment } from '../entities/payment.ts';
import { Refund } from '../entities/refund.ts';
import { Money } from '../money/money.ts';
import { codeOf, deliver, rejectionOf, startPayments } from './app.ts';

const price = Money.of(1999, 'EUR');
const card = { amount: price, paymentMethod: 'pm_card', confirm: true };
const creating = /^POST \/v1\/payment_intents$/;
const created = (stripe: FakeStripe) => stripe.requests.filter(({ what }) => creating.test(what)).length;

describe('a charge', () => {
  it('is written down, told, and done once, however often it is asked for', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const told = eventsOf(kernel, 'payment.*');
    const payments = kernel.service('payments');
    const paid = await payments.charge({ ...card, description: 'Tea' }, { operationId: 'order-1' });
    expect(paid).to.include({
      status: 'succeeded',
      amount: 1999,
      currency: 'EUR',
      received: 1999,
      instance: 'eu',
      operationId: 'order-1',
      description: 'Tea',
    });
    expect(paid.providerId).to.equal(stripe.account.all('payment_intent')[0]?.id);
    const again = await payments.charge(card, { operationId: 'order-1' });
    expect([again.id, created(stripe)]).to.deep.equal([paid.id, 1]);
    expect(told).to.deep.equal([{ name: 'payment.succeeded', payload: { paymentId: paid.id } }]);
    expect(
      await codeOf(payments.charge({ ...card, amount: Money.of(1, 'EUR') }, { operationId: 'order-1' })),
    ).to.equal('OPERATION_REUSED');
  });

  it('of nothing, of a fraction, or without an identity is none', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const charge = (amount: number, operationId = 'x') =>
      codeOf(payments.charge({ ...card, amount: { amount, currency: 'EUR' } }, { operationId }));
    expect(await charge(0)).to.equal('MONEY_INVALID');
    expect(await charge(-5)).to.equal('MONEY_INVALID');
    expect(await charge(0.5)).to.equal('MONEY_INVALID');
    expect(await charge(5, '')).to.equal('OPERATION_ID_INVALID');
    expect(stripe.requests).to.deep.equal([]);
  });

  it('that is declined says why, and may be confirmed by another payment method', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const told = eventsOf(kernel, 'payment.*');
    const payments = kernel.service('payments');
    const charge = payments.charge({ ...card, paymentMethod: 'pm_declined' }, { operationId: 'order-1' });
    expect(await codeOf(charge)).to.equal('PROVIDER_DECLINED');
    const row = await kernel.service('data').repository(Payment).query().firstOrFail();
    expect(row).to.include({ status: 'failed', failureCode: 'insufficient_funds', instance: 'eu' });
    // Its object is found by the reference that it carries.
    const paid = await payments.confirm(row.id, { paymentMethod: 'pm_card' }, { operationId: 'order-1/2' });
    expect(paid).to.include({ id: row.id, status: 'succeeded' });
    expect(told.map(({ name }) => name)).to.include.members(['payment.failed', 'payment.succeeded']);
    expect(stripe.account.all('payment_intent')).to.have.length(1);
  });

  it('that is declined is told once, whatever its webhooks say', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const told = eventsOf(kernel, 'payment.*');
    const payments = kernel.service('payments');
    await rejectionOf(payments.charge({ ...card, paymentMethod: 'pm_declined' }, { operationId: 'order-1' }));
    for (const event of stripe.account.events) await deliver(kernel, stripe, event);
    expect(told.map(({ name }) => name)).to.deep.equal(['payment.failed']);
    const row = await kernel.service('data').repository(Payment).query().firstOrFail();
    expect(row).to.include({ status: 'requires_payment_method', failureCode: 'insufficient_funds' });
  });

  it('is refused within a transaction, which could not take the money back', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const database = kernel.service('databases').get('default');
    const charge = database.transaction(() => payments.charge(card, { operationId: 'order-1' }));
    expect(await codeOf(charge)).to.equal('PAYMENT_IN_TRANSACTION');
    expect(stripe.requests).to.deep.equal([]);
  });

  it('whose answer is lost is unknown, and known when it is asked for again', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const reset = { kind: 'reset', when: 'after' } as const;
    stripe.fail(creating, reset, reset, reset);
    stripe.fail(/^GET/, reset);
    const operation = { operationId: 'order-1' };
    expect(await codeOf(payments.charge(card, operation))).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    const row = await kernel.service('data').repository(Payment).query().firstOrFail();
    expect(row).to.include({ status: 'unknown', instance: 'eu', providerId: null });
    expect(await payments.charge(card, operation)).to.include({ id: row.id, status: 'succeeded' });
    expect(stripe.account.all('payment_intent')).to.have.length(1);
  });

  it('whose answer is lost is found by the sweep, and whoever asks again gets the same', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const reset = { kind: 'reset', when: 'after' } as const;
    stripe.fail(creating, reset, reset, reset);
    stripe.fail(/^GET/, reset);
    const operation = { operationId: 'order-1' };
    await rejectionOf(payments.charge(card, operation));
    const rows = kernel.service('data').repository(Payment);
    const { id } = await rows.query().firstOrFail();
    const earlier = new Date(Date.now() - 5 * 60_000).toISOString();
    await kernel.service('databases').get('default').knex('payment_payments').update({ created_at: earlier });
    expect(await payments.sweep()).to.equal(1);
    expect(await rows.findOrFail(id)).to.include({ status: 'succeeded', received: 1999 });
    const before = created(stripe);
    expect(await payments.charge(card, operation)).to.include({ id, status: 'succeeded' });
    expect(created(stripe)).to.equal(before);
  });

  it('goes elsewhere when an account cannot be asked, and what follows goes where it was made', async () => {
    await using eu = await FakeStripe.listen();
    await using us = await FakeStripe.listen();
    await using kernel = await startPayments([eu, us]);
    const payments = kernel.service('payments');
    eu.fail(creating, { kind: 'lock' });
    const paid = await payments.charge(card, { operationId: 'order-1' });
    expect([paid.instance, eu.account.all('payment_intent').length]).to.deep.equal(['us', 0]);
    const refund = await payments.refund({ paymentId: paid.id }, { operationId: 'order-1' });
    expect(refund).to.include({ status: 'succeeded', amount: 1999, instance: 'us' });
    expect(eu.requests.filter(({ what }) => what.includes('refunds'))).to.deep.equal([]);
  });

  it('is made where its customer is known, and waits rather than go elsewhere', async () => {
    await using eu = await FakeStripe.listen();
    await using us = await FakeStripe.listen();
    await using kernel = await startPayments([eu, us]);
    const payments = kernel.service('payments');
    eu.fail(/customers/, { kind: 'lock' });
    const ann = await payments.createCustomer(
      { email: 'ann@example.org', owner: 'u-1' },
      { operationId: 'ann' },
    );
    expect(ann).to.include({ status: 'active', instance: 'us', email: 'ann@example.org', owner: 'u-1' });
    const paid = await payments.charge({ ...card, customerId: ann.id }, { operationId: 'order-1' });
    expect(paid).to.include({ instance: 'us', customerId: ann.id });
    us.fail(creating, { kind: 'throttled', retryAfter: 60 });
    const other = payments.charge({ ...card, customerId: ann.id }, { operationId: 'order-2' });
    expect(await codeOf(other)).to.be.oneOf(['PROVIDER_UNAVAILABLE', 'PROVIDER_FAILED']);
    expect(eu.account.all('payment_intent')).to.deep.equal([]);
    const [planned] = await kernel
      .service('data')
      .repository(Payment)
      .query()
      .where({ operationId: 'order-2' })
      .get();
    expect(planned).to.include({ status: 'planned', instance: null });
  });

  it('may be reserved, captured in part, or canceled', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const told = eventsOf(kernel, 'payment.*');
    const one = await payments.charge({ ...card, capture: 'manual' }, { operationId: '1' });
    expect(one).to.include({ status: 'requires_capture', capturable: 1999, received: 0 });
    expect(await codeOf(payments.capture(one.id, Money.of(5, 'USD'), { operationId: '1' }))).to.equal(
      'CURRENCIES_DIFFER',
    );
    const captured = await payments.capture(one.id, Money.of(500, 'EUR'), { operationId: '1' });
    expect(captured).to.include({ status: 'succeeded', received: 500 });
    const two = await payments.charge({ ...card, capture: 'manual' }, { operationId: '2' });
    expect((await payments.cancel(two.id, { operationId: '2' })).status).to.equal('canceled');
    const late = payments.capture(two.id, undefined, { operationId: '3' });
    expect(await codeOf(late)).to.equal('PROVIDER_DECLINED');
    expect(told.map(({ name }) => name)).to.deep.equal([
      'payment.capturable',
      'payment.succeeded',
      'payment.capturable',
      'payment.canceled',
    ]);
  });

  it('keeps the secret of the payer nowhere', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const { id } = await payments.charge({ amount: price }, { operationId: '1' });
    const { clientSecret: secret } = await payments.handover('payment', id);
    expect(secret).to.match(/^pi_secret_/);
    const rows = await kernel.service('data').repository(Payment).all();
    expect(JSON.stringify([rows, kernel.logs]))
      .to.not.contain(secret)
      .and.to.not.contain(stripe.apiKey);
  });
});

describe('a refund', () => {
  it('may be of a part, and counts on the payment', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const told = eventsOf(kernel, 'payment.refunded');
    const { id: paymentId } = await payments.charge(card, { operationId: '1' });
    const part = { paymentId, amount: Money.of(500, 'EUR') };
    const refund = await payments.refund(part, { operationId: 'a' });
    expect(await payments.refund(part, { operationId: 'a' })).to.have.property('id', refund.id);
    expect(told).to.deep.equal([
      { name: 'payment.refunded', payload: { paymentId, refundId: refund.id, amount: 500 } },
    ]);
    const rows = kernel.service('data').repository(Payment);
    expect((await rows.findOrFail(paymentId)).refunded).to.equal(500);
    const dollars = { paymentId, amount: Money.of(5, 'USD') };
    expect(await codeOf(payments.refund(dollars, { operationId: 'b' }))).to.equal('CURRENCIES_DIFFER');
    const more = { paymentId, amount: Money.of(1500, 'EUR') };
    expect(await codeOf(payments.refund(more, { operationId: 'c' }))).to.equal('REFUND_TOO_LARGE');
    expect(await payments.refund({ paymentId }, { operationId: 'd' })).to.include({ amount: 1499 });
    expect(await codeOf(payments.refund({ paymentId }, { operationId: 'e' }))).to.equal('REFUND_TOO_LARGE');
    expect((await rows.findOrFail(paymentId)).refunded).to.equal(1999);
    expect(stripe.account.all('refund')).to.have.length(2);
  });

  it('of input that fits nothing leaves no record, and nothing under way', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const { id: paymentId } = await payments.charge(card, { operationId: '1' });
    const bogus = JSON.parse(JSON.stringify({ paymentId, reason: 'bogus' }));
    expect(await codeOf(payments.refund(bogus, { operationId: 'a' }))).to.equal('PROVIDER_INPUT_INVALID');
    expect(await payments.refund({ paymentId }, { operationId: 'b' })).to.include({ status: 'succeeded' });
    const charge = payments.charge({ ...card, returnUrl: 'x'.repeat(3_000) }, { operationId: '2' });
    expect(await codeOf(charge)).to.equal('PROVIDER_INPUT_INVALID');
    expect(await kernel.service('data').repository(Payment).count()).to.equal(1);
  });

  it('that the provider refuses counts for nothing', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const { id: paymentId, providerId } = await payments.charge(card, { operationId: '1' });
    // Given back by somebody else, of which nobody has told yet.
    const account = stripe.account.objects.get(providerId ?? '');
    if (account) account.amount_received = 0;
    expect(await codeOf(payments.refund({ paymentId }, { operationId: 'a' }))).to.equal('PROVIDER_DECLINED');
    const [row] = await kernel.service('data').repository(Refund).all();
    expect(row).to.include({ status: 'failed', failureCode: 'charge_already_refunded' });
    expect((await kernel.service('data').repository(Payment).findOrFail(paymentId)).refunded).to.equal(0);
  });
});

describe('a subscription', () => {
  it('begins, changes its plan, is to end, goes on, and ends', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const told = eventsOf(kernel, 'payment.subscription-changed');
    const ann = await payments.createCustomer({ email: 'ann@example.org' }, { operationId: 'ann' });
    const wanted = { customerId: ann.id, price: 'price_basic', paymentMethod: 'pm_card' };
    const begun = await payments.subscribe(wanted, { operationId: 's' });
    expect(begun).to.include({ status: 'active', price: 'price_basic', quantity: 1, customerId: ann.id });
    const pro = await payments.changePlan(
      begun.id,
      { price: 'price_pro', proration: 'now' },
      { operationId: 'pro' },
    );
    expect(pro).to.include({ id: begun.id, price: 'price_pro', status: 'active' });
    expect(await payments.cancelSubscription(begun.id, 'period-end', { operationId: 'end' })).to.include({
      status: 'active',
      cancelAtPeriodEnd: true,
    });
    expect((await payments.resumeSubscription(begun.id, { operationId: 'on' })).cancelAtPeriodEnd).to.equal(
      false,
    );
    const ended = await payments.cancelSubscription(begun.id, 'now', { operationId: 'now' });
    expect(ended.status).to.equal('canceled');
    expect(ended.endedAt).to.be.a('string');
    expect(told.map(({ payload }) => payload.status)).to.deep.equal([
      'active',
      'active',
      'active',
      'active',
      'canceled',
    ]);
    expect(told[1]?.payload.previous).to.deep.equal({ status: 'active', price: 'price_basic', quantity: 1 });
    // Whoever asks for it again gets the one that there is.
    expect(await payments.subscribe(wanted, { operationId: 's' })).to.include({
      id: begun.id,
      status: 'canceled',
    });
    expect(stripe.account.all('subscription')).to.have.length(1);
  });

  it('without a payment method waits for the payer, whose browser gets the secret', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const ann = await payments.createCustomer({}, { operationId: 'ann' });
    const { id, status } = await payments.subscribe(
      { customerId: ann.id, price: 'basic' },
      { operationId: 's' },
    );
    expect(status).to.equal('incomplete');
    expect((await payments.handover('subscription', id)).clientSecret).to.match(/^in_secret_/);
  });

  it('whose change got no answer is changed once, and known when it is asked for again', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const payments = kernel.service('payments');
    const ann = await payments.createCustomer({}, { operationId: 'ann' });
    const wanted = { customerId: ann.id, price: 'basic', paymentMethod: 'pm_card' };
    const { id } = await payments.subscribe(wanted, { operationId: 's' });
    const reset = { kind: 'reset', when: 'after' } as const;
    stripe.fail(/^POST \/v1\/subscriptions\/sub/, reset, reset, reset);
    stripe.fail(/^GET \/v1\/events/, reset);
    const change = () => payments.changePlan(id, { price: 'pro' }, { operationId: 'p' });
    expect(await codeOf(change())).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    expect(await change()).to.include({ price: 'pro', status: 'active' });
    const changes = stripe.account.events.filter(({ type }) => type === 'customer.subscription.updated');
    expect(changes).to.have.length(1);
  });
});
