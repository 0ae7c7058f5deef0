import { eventsOf, seededRandom, type TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { type OpenDatabase, onEveryDatabase, urlOfDatabase } from '../../../test/data/support/databases.ts';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import { Payment } from '../entities/payment.ts';
import { Refund } from '../entities/refund.ts';
import { WebhookEvent } from '../entities/webhook-event.ts';
import { Money } from '../money/money.ts';
import { codeOf, deliver, startPayments } from './app.ts';

const card = { amount: Money.of(1999, 'EUR'), paymentMethod: 'pm_card', confirm: true };

onEveryDatabase('payments of two processes', (open: OpenDatabase, dialect) => {
  /** On SQLite in memory there is but one. */
  async function start(
    stripe: FakeStripe,
  ): Promise<AsyncDisposable & { readonly kernels: readonly [TestKernel, TestKernel] }> {
    if (dialect === 'sqlite') {
      const only = await startPayments([stripe]);
      return { kernels: [only, only], [Symbol.asyncDispose]: () => only[Symbol.asyncDispose]() };
    }
    const env = { DATABASE_URL: await urlOfDatabase(await open()) };
    const one = await startPayments([stripe], { env });
    const other = await startPayments([stripe], { env });
    return {
      kernels: [one, other],
      async [Symbol.asyncDispose]() {
        await other[Symbol.asyncDispose]();
        await one[Symbol.asyncDispose]();
      },
    };
  }

  beforeEach(function () {
    this.timeout(60_000);
  });

  it('take money once for one operation', async () => {
    await using stripe = await FakeStripe.listen();
    await using two = await start(stripe);
    const calls = [0, 1, 0, 1].map((index) =>
      two.kernels[index % 2]?.service('payments').charge(card, { operationId: '1' }),
    );
    const ended = await Promise.allSettled(calls);
    const ids = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value?.id] : []));
    // Who comes while another works on it is told so, and comes again.
    const codes = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(
      codes.every((code) => code === 'PROVIDER_OPERATION_RUNNING'),
      String(codes),
    ).to.equal(true);
    expect(new Set(ids).size).to.equal(1);
    expect(stripe.account.all('payment_intent')).to.have.length(1);
    const again = await two.kernels[1].service('payments').charge(card, { operationId: '1' });
    expect(again).to.include({ id: ids[0], status: 'succeeded' });
    expect(await two.kernels[0].service('data').repository(Payment).count()).to.equal(1);
  });

  it('hear an event once', async () => {
    await using stripe = await FakeStripe.listen();
    await using two = await start(stripe);
    const [one, other] = two.kernels;
    const told = [...new Set([one, other])].map((kernel) => eventsOf(kernel, 'payment.canceled'));
    const slow = { ...card, paymentMethod: 'pm_slow' };
    const { providerId } = await one.service('payments').charge(slow, { operationId: '1' });
    stripe.time += 1_000;
    const event = stripe.account.change(providerId ?? '', { status: 'canceled' }, 'payment_intent.canceled');
    const deliveries = [one, other, one, other, one, other].map((kernel) => deliver(kernel, stripe, event));
    expect((await Promise.all(deliveries)).map(({ status }) => status)).to.deep.equal([
      200, 200, 200, 200, 200, 200,
    ]);
    expect(await one.service('data').repository(WebhookEvent).count()).to.equal(1);
    expect(told.flat()).to.have.length(1);
  });

  it('end where the provider is, in whatever order its events come', async () => {
    await using stripe = await FakeStripe.listen();
    await using two = await start(stripe);
    const [one, other] = two.kernels;
    const random = seededRandom(3);
    const slow = { ...card, paymentMethod: 'pm_slow' };
    for (let round = 0; round < 4; round += 1) {
      const { id, providerId } = await one
        .service('payments')
        .charge(slow, { operationId: `order-${round}` });
      const states = [
        'requires_action',
        'processing',
        'requires_payment_method',
        'requires_action',
        'succeeded',
      ];
      const events = states.map((status) => {
        // Sometimes two in the same second.
        stripe.time += random() < 0.5 ? 0 : 1_000;
        return stripe.account.change(providerId ?? '', { status }, `payment_intent.${status}`);
      });
      const shuffled = events.sort(() => random() - 0.5);
      const sent = shuffled.map((event, index) => deliver(index % 2 === 0 ? one : other, stripe, event));
      const statuses = (await Promise.all(sent)).map(({ status }) => status);
      expect(
        statuses.every((status) => status === 200),
        String(statuses),
      ).to.equal(true);
      const row = await one.service('data').repository(Payment).findOrFail(id);
      expect([round, row.status]).to.deep.equal([round, 'succeeded']);
    }
  });

  it('give back no more than there is, however many ask at once', async () => {
    await using stripe = await FakeStripe.listen();
    await using two = await start(stripe);
    const [one, other] = two.kernels;
    const { id: paymentId } = await one.service('payments').charge(card, { operationId: '1' });
    const refunds = [one, other, one, other, one].map((kernel, index) => {
      const part = { paymentId, amount: Money.of(500, 'EUR') };
      const call = kernel.service('payments').refund(part, { operationId: `refund-${index}` });
      return call.then(() => 'done').catch(() => codeOf(call));
    });
    const outcomes = await Promise.all(refunds);
    expect(outcomes.sort()).to.deep.equal(['REFUND_TOO_LARGE', 'REFUND_TOO_LARGE', 'done', 'done', 'done']);
    const data = one.service('data');
    expect((await data.repository(Payment).findOrFail(paymentId)).refunded).to.equal(1500);
    expect(await data.repository(Refund).query().where({ status: 'succeeded' }).count()).to.equal(3);
    expect(stripe.account.all('refund')).to.have.length(3);
  });

  it("hear a storm of events and give back at once, without getting in each other's way", async () => {
    await using stripe = await FakeStripe.listen();
    await using two = await start(stripe);
    const [one, other] = two.kernels;
    const slow = { ...card, paymentMethod: 'pm_slow' };
    const ids: string[] = [];
    for (let index = 0; index < 15; index += 1)
      ids.push((await one.service('payments').charge(slow, { operationId: `${index}` })).id);
    stripe.time += 1_000;
    const paid = { status: 'succeeded', amount_received: 1999 };
    const events = stripe.account
      .all('payment_intent')
      .map(({ id }) => stripe.account.change(id, paid, 'payment_intent.succeeded'));
    const answers = await Promise.all(
      events.flatMap((event) => [deliver(one, stripe, event), deliver(other, stripe, event)]),
    );
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
    const rows = one.service('data').repository(Payment);
    expect(await rows.query().where({ status: 'succeeded' }).count()).to.equal(15);
    const [paymentId = ''] = ids;
    const refunds = Array.from({ length: 16 }, (_, index) => {
      const part = { paymentId, amount: Money.of(150, 'EUR') };
      const process = index % 2 === 0 ? one : other;
      return process
        .service('payments')
        .refund(part, { operationId: `r-${index}` })
        .then(({ status }) => status, codeOfRejection);
    });
    const outcomes = await Promise.all(refunds);
    expect(outcomes.filter((outcome) => outcome === 'succeeded')).to.have.length(13);
    expect(outcomes.filter((outcome) => outcome === 'REFUND_TOO_LARGE')).to.have.length(3);
    expect((await rows.findOrFail(paymentId)).refunded).to.equal(1950);
  });
});

const codeOfRejection = (error: unknown): Promise<string | undefined> => codeOf(Promise.reject(error));
