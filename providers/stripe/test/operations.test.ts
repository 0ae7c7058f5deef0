import { expect } from 'chai';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import { order, poolOf, rejectionOf } from './support/pool.ts';

const euro = (amount: number) => ({ amount, currency: 'EUR' });

describe('the driver of Stripe', () => {
  it('makes, changes and shows customers', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value } = await client.createCustomer(
      { reference: 'r-1', email: 'ann@example.org', metadata: { plan: 'b' } },
      { operationId: 'ann' },
    );
    expect(value).to.include({ email: 'ann@example.org', name: null, deleted: false, reference: 'r-1' });
    expect(stripe.account.objects.get(value.id)?.metadata).to.deep.equal({
      plan: 'b',
      backplane_reference: 'r-1',
      backplane_key: 'createCustomer:ann',
    });
    const change = { customerId: value.id, name: 'Ann' };
    const changed = await client.updateCustomer(change, { operationId: 'name' });
    expect(changed.value.name).to.equal('Ann');
    expect((await client.getCustomer({ customerId: value.id })).value.name).to.equal('Ann');
  });

  it('takes, reserves, captures and cancels payments, and lists them page by page', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value: paid } = await client.createPayment(order, { operationId: '1' });
    expect(paid).to.deep.include({ status: 'succeeded', amount: euro(1999), received: 1999, failure: null });
    const manual = { ...order, capture: 'manual' } as const;
    const { value: reserved } = await client.createPayment(manual, { operationId: '2' });
    expect(reserved).to.include({ status: 'requires_capture', capturable: 1999, received: 0 });
    const part = { paymentId: reserved.id, amount: euro(500) };
    const { value: captured } = await client.capturePayment(part, { operationId: '2' });
    expect(captured).to.include({ status: 'succeeded', received: 500 });
    const { value: open } = await client.createPayment({ ...order, confirm: false }, { operationId: '3' });
    expect(open.status).to.equal('requires_confirmation');
    const { value: canceled } = await client.cancelPayment({ paymentId: open.id }, { operationId: '3' });
    expect(canceled.status).to.equal('canceled');
    const { value: first } = await client.listPayments({ limit: 2 });
    expect([first.payments.map(({ id }) => id), first.more]).to.deep.equal([[open.id, reserved.id], true]);
    const { value: second } = await client.listPayments({ limit: 2, after: reserved.id });
    expect([second.payments.map(({ id }) => id), second.more]).to.deep.equal([[paid.id], false]);
  });

  it('tells what the payer has to do, and confirms with another payment method', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value } = await client.createPayment(
      { ...order, paymentMethod: 'pm_action' },
      { operationId: '1' },
    );
    expect(value).to.deep.include({
      status: 'requires_action',
      action: 'redirect_to_url',
    });
    // The page of the bank has the client secret in its address.
    expect(JSON.stringify(value)).to.not.contain('bank.example');
    const { value: handover } = await client.handover({ kind: 'payment', id: value.id });
    expect(handover.redirectUrl).to.match(/^https:\/\/bank\.example\/.*_secret_/);
    const again = { paymentId: value.id, paymentMethod: 'pm_card' };
    expect((await client.confirmPayment(again, { operationId: '1' })).value.status).to.equal('succeeded');
  });

  it('gives out the secret of a payer only where it is asked for, and where nothing is written down', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value } = await client.createPayment({ ...order, confirm: false }, { operationId: '1' });
    expect(JSON.stringify(value)).to.not.contain('secret');
    const { clientSecret } = (await client.handover({ kind: 'payment', id: value.id })).value;
    expect(clientSecret).to.equal(stripe.account.objects.get(value.id)?.client_secret);
    const { value: customer } = await client.createCustomer({ reference: 'c' }, { operationId: 'c' });
    const wanted = { reference: 's', customerId: customer.id, price: 'price_basic', quantity: 1 };
    const { value: subscription } = await client.createSubscription(wanted, { operationId: 's' });
    const first = await client.handover({ kind: 'subscription', id: subscription.id });
    expect(first.value.clientSecret).to.match(/^in_secret_/);
    // Nothing is to be paid yet: with this one the payment method is set up.
    const trial = { ...wanted, reference: 't', trialDays: 14 };
    const { value: tried } = await client.createSubscription(trial, { operationId: 't' });
    const setup = await client.handover({ kind: 'subscription', id: tried.id });
    expect(setup.value.clientSecret).to.match(/^seti_secret_/);
  });

  it('gives money back in parts, and no more than there is', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value: paid } = await client.createPayment(order, { operationId: '1' });
    const refund = (amount: number, operationId: string) =>
      client.refund({ reference: operationId, paymentId: paid.id, amount: euro(amount) }, { operationId });
    const { value } = await refund(1500, 'a');
    expect(value).to.deep.include({ status: 'succeeded', amount: euro(1500), paymentId: paid.id });
    expect(await rejectionOf(refund(500, 'b'))).to.include({ code: 'PROVIDER_REFUSED' });
    await refund(499, 'c');
    const error = await rejectionOf(refund(1, 'd'));
    expect([error.code, error.details?.code]).to.deep.equal(['PROVIDER_DECLINED', 'charge_already_refunded']);
    expect((await client.getRefund({ refundId: value.id })).value.amount).to.deep.equal(euro(1500));
  });

  it('changes the plan of a subscription in its place, ends it with the period or now, and goes on with it', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value: customer } = await client.createCustomer({ reference: 'c' }, { operationId: 'c' });
    const wanted = {
      reference: 's',
      customerId: customer.id,
      price: 'price_basic',
      quantity: 2,
      paymentMethod: 'pm_card',
    };
    const { value } = await client.createSubscription(wanted, { operationId: 's' });
    expect(value).to.include({
      status: 'active',
      price: 'price_basic',
      quantity: 2,
      cancelAtPeriodEnd: false,
    });
    expect(Date.parse(value.currentPeriodEnd ?? '')).to.be.above(stripe.time);
    const subscriptionId = value.id;
    const plan = { subscriptionId, price: 'price_pro', quantity: 3, proration: 'now' } as const;
    const { value: changed } = await client.changePlan(plan, { operationId: 'plan' });
    expect(changed).to.include({ price: 'price_pro', quantity: 3 });
    const kept = stripe.account.objects.get(subscriptionId);
    expect(kept).to.include({ proration: 'always_invoice' });
    expect(kept).to.have.nested.property('items.data.length', 1);
    // Left to itself, Stripe makes it one.
    const back = { subscriptionId, price: 'price_basic', proration: 'none' } as const;
    const { value: seats } = await client.changePlan(back, { operationId: 'back' });
    expect(seats).to.include({ price: 'price_basic', quantity: 3 });
    const ending = { subscriptionId, at: 'period-end' } as const;
    expect((await client.cancelSubscription(ending, { operationId: 'end' })).value).to.include({
      status: 'active',
      cancelAtPeriodEnd: true,
    });
    const { value: resumed } = await client.resumeSubscription({ subscriptionId }, { operationId: 'on' });
    expect(resumed.cancelAtPeriodEnd).to.equal(false);
    const now = { subscriptionId, at: 'now' } as const;
    expect((await client.cancelSubscription(now, { operationId: 'now' })).value.status).to.equal('canceled');
    // Stripe does not know it the second time.
    expect((await client.cancelSubscription(now, { operationId: 'again' })).value.status).to.equal(
      'canceled',
    );
    const late = client.resumeSubscription({ subscriptionId }, { operationId: 'late' });
    expect(await rejectionOf(late)).to.include({ code: 'PROVIDER_REFUSED' });
  });

  it('counts as Stripe does where ISO 4217 counts otherwise', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const charged = async (amount: number, currency: string): Promise<unknown> => {
      const operationId = `${amount}${currency}`;
      const { value } = await client.createPayment(
        { ...order, amount: { amount, currency } },
        { operationId },
      );
      expect(value.amount).to.deep.equal({ amount, currency });
      return stripe.account.objects.get(value.id)?.amount;
    };
    expect(await charged(500, 'JPY')).to.equal(500);
    expect(await charged(5120, 'KWD')).to.equal(5120);
    expect(await charged(5, 'UGX')).to.equal(500);
    expect(await charged(5, 'ISK')).to.equal(500);
    expect(await charged(500, 'MGA')).to.equal(5);
    for (const [amount, currency] of [
      [5124, 'KWD'],
      [501, 'MGA'],
    ] as const) {
      const error = await rejectionOf(charged(amount, currency));
      expect([error.code, error.details?.code]).to.deep.equal(['PROVIDER_REFUSED', 'amount_not_possible']);
    }
    const huge = await rejectionOf(charged(9e15, 'ISK'));
    expect(huge.message).to.contain('more than Stripe can count');
  });

  it('asks for an account of its platform, and says who it is to the API and to nobody else', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe], {
      more: [{ config: { apiBase: stripe.url, account: 'acct_1' } }],
    });
    await providers.for('payment').createPayment(order, { operationId: '1' });
    const [{ headers } = { headers: {} }] = stripe.requests;
    expect(headers).to.include({ 'stripe-account': 'acct_1', authorization: `Bearer ${stripe.apiKey}` });
    expect(headers).to.not.have.property('x-stripe-client-telemetry');
    expect(JSON.stringify(providers.list())).to.not.contain(stripe.apiKey);
  });

  it('is well where the API answers, and not where it refuses its key', async () => {
    await using stripe = await FakeStripe.listen();
    const { default: driver } = await import('../drivers/stripe.ts');
    const { Secret } = await import('backplane');
    const config = { apiBase: stripe.url, webhookTolerance: 300 };
    const { signal } = new AbortController();
    const clientWith = (apiKey: string) =>
      driver.create(config, { apiKey: new Secret(apiKey), webhookSecret: new Secret('whsec_1') });
    await driver.health?.(clientWith(stripe.apiKey), { signal });
    const wrong = Promise.resolve(driver.health?.(clientWith('sk_wrong'), { signal }));
    expect(await rejectionOf(wrong)).to.include({ type: 'StripeAuthenticationError' });
  });
});
