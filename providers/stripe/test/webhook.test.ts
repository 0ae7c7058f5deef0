import { expect } from 'chai';
import Stripe from 'stripe';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import driver from '../drivers/stripe.ts';
import { receive } from '../webhook/receive.ts';
import { signatureFault } from '../webhook/signature.ts';
import { order, poolOf } from './support/pool.ts';

const payload = JSON.stringify({ id: 'evt_1', object: 'event' }, null, 2);
const body = Buffer.from(payload);
const time = 1_900_000_000;
const now = time * 1000;
const tolerance = 300;
const [first, second] = ['whsec_first', 'whsec_second'];

/** As Stripe's own library signs. */
function header(secret: string, at = time): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: at });
}

function fault(given: string | undefined, more: object = {}): string | undefined {
  return signatureFault({ body, header: given, secrets: [first], tolerance, now, ...more });
}

describe('a signature of Stripe', () => {
  it('holds as its own library makes it', () => {
    expect(fault(header(first))).to.equal(undefined);
  });

  it('holds by any of several secrets, and where it is one of several', () => {
    expect(fault(header(second), { secrets: [first, second] })).to.equal(undefined);
    const [, other] = header(second).split(',');
    expect(fault(`${header(first)},${other}`)).to.equal(undefined);
    const [t, mine] = header(first).split(',');
    expect(fault(`${t},${other},${mine},v0=abc`)).to.equal(undefined);
  });

  it('does not hold by another secret, for another body, another time or another scheme', () => {
    const wrong = 'No signature fits the body.';
    expect(fault(header(second))).to.equal(wrong);
    // The same JSON, written otherwise.
    expect(fault(header(first), { body: Buffer.from(JSON.stringify(JSON.parse(payload))) })).to.equal(wrong);
    expect(fault(header(first).replace(`t=${time}`, `t=${time + 1}`))).to.equal(wrong);
    expect(fault(header(first).replace('v1=', 'v0='))).to.contain('no signature of the scheme "v1"');
  });

  it('does not hold when it is older than is tolerated, nor when it comes from the future', () => {
    expect(fault(header(first, time - 300))).to.equal(undefined);
    expect(fault(header(first, time + 300))).to.equal(undefined);
    expect(fault(header(first, time - 301))).to.equal('It was signed 301 s ago; 300 are tolerated.');
    expect(fault(header(first, time + 301))).to.contain('-301 s ago');
  });

  it('does not hold when there is none, or what is no header of this kind', () => {
    expect(fault(undefined)).to.equal('There is no header "Stripe-Signature".');
    for (const one of [
      '',
      't=',
      'v1=abc',
      `t=${time}`,
      `t=${time},v1=`,
      't=1e9,v1=00',
      `t=-1,v1=${'0'.repeat(64)}`,
    ]) {
      expect(fault(one), one).to.be.a('string');
    }
  });
});

describe('a webhook of Stripe', () => {
  const config = { secrets: [first], tolerance };
  const signed = (value: unknown) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const signature = Stripe.webhooks.generateTestHeaderString({
      payload: text,
      secret: first,
      timestamp: time,
    });
    return { headers: { 'stripe-signature': signature }, body: Buffer.from(text), now };
  };

  it('tells what happened, to what, and when', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    const client = providers.for('payment');
    const { value: paid } = await client.createPayment(order, { operationId: '1' });
    const amount = { amount: 500, currency: 'EUR' };
    await client.refund({ reference: 'r', paymentId: paid.id, amount }, { operationId: '1' });
    stripe.account.change(paid.id, {}, 'charge.succeeded');
    const { value: customer } = await client.createCustomer({ reference: 'c' }, { operationId: 'c' });
    stripe.account.change(customer.id, {}, 'customer.deleted');
    const told = stripe.account.events.map((event) => {
      const answer = receive(signed(event), config);
      const [one] = answer.state === 'verified' ? answer.events : [];
      return one;
    });
    expect(told).to.have.length(6);
    expect(told[1]).to.have.nested.property('type', 'payment_intent.succeeded');
    expect(told[1]).to.have.nested.property('subject.kind', 'payment');
    expect(told[1]).to.have.nested.property('subject.object.reference', order.reference);
    const at = new Date(Math.floor(stripe.time / 1000) * 1000).toISOString();
    expect(told[1]).to.have.nested.property('subject.object.asOf', at);
    expect(told[2]).to.have.nested.property('subject.object.paymentId', paid.id);
    expect(told[5]).to.have.nested.property('subject.object.deleted', true);
    expect(JSON.stringify(told)).to.not.contain('pi_secret');
  });

  it('that is about nothing of ours is told without a subject', () => {
    const event = {
      id: 'evt_1',
      object: 'event',
      type: 'payout.paid',
      created: time,
      data: { object: { object: 'payout' } },
    };
    expect(receive(signed(event), config)).to.deep.equal({
      state: 'verified',
      events: [{ id: 'evt_1', type: 'payout.paid', subject: undefined }],
    });
  });

  it('of another account that is connected to the platform is about nothing of ours', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    await providers.for('payment').createPayment(order, { operationId: '1' });
    const [event] = stripe.account.events;
    const subjectOf = (account: string | undefined, ours: string | undefined) => {
      const told = signed({ ...event, ...(account === undefined ? {} : { account }) });
      const answer = receive(told, { ...config, account: ours });
      return answer.state === 'verified' ? Object(answer.events[0]).subject?.kind : answer.reason;
    };
    expect(subjectOf('acct_1', 'acct_1')).to.equal('payment');
    expect(subjectOf(undefined, undefined)).to.equal('payment');
    expect(subjectOf('acct_2', 'acct_1')).to.equal(undefined);
    expect(subjectOf('acct_2', undefined)).to.equal(undefined);
  });

  it('of an endpoint of an older version of the API has the period of the subscription, too', () => {
    const subscription = {
      id: 'sub_1',
      object: 'subscription',
      created: time,
      customer: 'cus_1',
      status: 'active',
      cancel_at_period_end: false,
      ended_at: null,
      metadata: {},
      current_period_end: time + 60,
      items: { data: [{ id: 'si_1', price: { id: 'basic' }, quantity: 1 }] },
    };
    const type = 'customer.subscription.updated';
    const event = { id: 'evt_1', object: 'event', type, created: time, data: { object: subscription } };
    const answer = receive(signed(event), config);
    expect(answer).to.have.nested.property(
      'events[0].subject.object.currentPeriodEnd',
      new Date((time + 60) * 1000).toISOString(),
    );
  });

  it('is refused where the instance has no secret to verify it with', async () => {
    const { Secret } = await import('backplane');
    const config = { apiBase: 'https://api.stripe.com', webhookTolerance: 300 };
    const client = driver.create(config, { apiKey: new Secret('sk_1') });
    expect(await driver.webhook?.(client, signed({}))).to.deep.equal({
      state: 'refused',
      reason: 'The instance has no "webhookSecret".',
    });
  });

  it('that is signed but no event is refused', () => {
    for (const one of ['{', '[]', '""', { object: 'event' }, { object: 'v2.core.event', id: 'evt_1' }]) {
      expect(receive(signed(one), config)).to.have.property('state', 'refused');
    }
    const bytes = Buffer.from([0xff, 0xfe]);
    const signature = Stripe.webhooks.generateTestHeaderString({
      payload: '',
      secret: first,
      timestamp: time,
    });
    const wrong = { headers: { 'stripe-signature': signature }, body: bytes, now };
    expect(receive(wrong, config)).to.have.property('state', 'refused');
  });

  it('is verified by secrets of an instance with a comma between them', async () => {
    const { Secret } = await import('backplane');
    const secrets = { apiKey: new Secret('sk_1'), webhookSecret: new Secret(`${second}, ${first}`) };
    const client = driver.create({ apiBase: 'https://api.stripe.com', webhookTolerance: 300 }, secrets);
    const event = { id: 'evt_1', object: 'event', type: 'payout.paid', created: time, data: { object: {} } };
    expect(await driver.webhook?.(client, signed(event))).to.have.property('state', 'verified');
  });
});
