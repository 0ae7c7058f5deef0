import { expect } from 'chai';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import { Payment } from '../entities/payment.ts';
import { Money } from '../money/money.ts';
import { isDue } from '../service/due.ts';
import { codeOf, startPayments } from './app.ts';

const minute = 60_000;
const card = { amount: Money.of(1999, 'EUR'), paymentMethod: 'pm_card', confirm: true };
const creating = /^POST \/v1\/payment_intents$/;
const listing = /^GET \/v1\/payment_intents$/;
const reset = { kind: 'reset', when: 'after' } as const;

describe('a sweep', () => {
  it('looks for a record at two minutes, four, eight and so on, and for seven days', () => {
    const start = Date.UTC(2030, 0, 1);
    const minutes: number[] = [];
    for (let now = 1; now <= 8 * 24 * 60; now += 1) {
      if (isDue(start, start + now * minute, start + (now - 1) * minute)) minutes.push(now);
    }
    expect(minutes).to.deep.equal([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]);
    // The first one of a process looks for all, and one that comes late leaves out none.
    expect(isDue(start, start + 5 * minute, undefined)).to.equal(true);
    expect(isDue(start, start + 9 * minute, start + 3 * minute)).to.equal(true);
    expect(isDue(start, start + 8 * 24 * 60 * minute, undefined)).to.equal(false);
  });

  it('finds what was charged behind many that were never made, and asks for those no more', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await startPayments([stripe]);
    const rows = kernel.service('data').repository(Payment);
    const { knex } = kernel.service('databases').get('default');
    const at = (age: number) => new Date(Date.now() - age * minute).toISOString();
    for (let index = 0; index < 120; index += 1)
      await rows.create({ operationId: `never-${index}`, status: 'planned', amount: 1, currency: 'EUR' });
    await knex('payment_payments').update({ created_at: at(25) });
    const payments = kernel.service('payments');
    stripe.fail(creating, reset, reset, reset);
    stripe.fail(/^GET/, reset);
    const charge = payments.charge(card, { operationId: 'order-1' });
    expect(await codeOf(charge)).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    await knex('payment_payments')
      .where({ operation_id: 'order-1' })
      .update({ created_at: at(5) });
    expect(await payments.sweep()).to.equal(1);
    const before = stripe.requests.length;
    expect(await payments.sweep()).to.equal(0);
    expect(stripe.requests.length).to.equal(before);
  });

  it('asks one account in spite of another that does not answer, and that one again at once', async () => {
    await using eu = await FakeStripe.listen();
    await using us = await FakeStripe.listen();
    await using kernel = await startPayments([eu, us]);
    const payments = kernel.service('payments');
    const rows = kernel.service('data').repository(Payment);
    const { knex } = kernel.service('databases').get('default');
    eu.fail(/customers/, { kind: 'lock' });
    const { id: customerId } = await payments.createCustomer({}, { operationId: 'c' });
    const { id } = await payments.charge({ ...card, customerId }, { operationId: '1' });
    // As if the process had died before it could write down the answer.
    const lost = { status: 'planned', instance: null, provider_id: null, as_of: null };
    await knex('payment_payments').update({
      ...lost,
      created_at: new Date(Date.now() - 5 * minute).toISOString(),
    });
    // Nobody knows of this one.
    await rows.create({ operationId: '2', status: 'planned', amount: 1, currency: 'EUR' });
    const created_at = new Date(Date.now() - 4 * minute).toISOString();
    await knex('payment_payments').where({ operation_id: '2' }).update({ created_at });
    const resets = Array.from({ length: 20 }, () => reset);
    eu.fail(listing, ...resets);
    const asked = (stripe: FakeStripe) => stripe.requests.filter(({ what }) => listing.test(what)).length;
    expect(await payments.sweep()).to.equal(1);
    expect(await rows.findOrFail(id)).to.include({ status: 'succeeded', instance: 'us' });
    expect(asked(us)).to.equal(2);
    const before = asked(eu);
    eu.heal();
    await payments.sweep();
    // Now all have answered.
    await payments.sweep();
    expect([asked(eu) > before, asked(us)]).to.deep.equal([true, 3]);
  });
});
