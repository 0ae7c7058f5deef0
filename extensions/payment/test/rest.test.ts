import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { FakeStripe } from '../../../test/support/stripe/fake-stripe.ts';
import { Money } from '../money/money.ts';
import { startPayments } from './app.ts';

const headers = { 'x-api-key': 'key-of-these-tests' };
const entities = ['customers', 'payments', 'refunds', 'subscriptions', 'webhook-events'];

async function start(stripe: FakeStripe): Promise<TestKernel> {
  return startPayments([stripe], {
    extensions: ['rest'],
    env: { ROOT_API_KEY: headers['x-api-key'] },
  });
}

describe('records of payments by REST', () => {
  it('are shown to who may administer them, and to nobody else', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await start(stripe);
    const card = { amount: Money.of(1999, 'EUR'), paymentMethod: 'pm_card', confirm: true };
    const { id } = await kernel.service('payments').charge(card, { operationId: '1' });
    for (const entity of entities) {
      expect((await kernel.inject('GET', `/payment/${entity}`)).status, entity).to.equal(401);
      expect((await kernel.inject('GET', `/payment/${entity}`, { headers })).status, entity).to.equal(200);
    }
    const filter = encodeURIComponent('{"status":{"eq":"succeeded"}}');
    const response = await kernel.inject('GET', `/payment/payments?filter=${filter}`, { headers });
    const { data } = response.json<{ data: { id: string; amount: number }[] }>();
    expect(data.map((row) => [row.id, row.amount])).to.deep.equal([[id, 1999]]);
    expect(response.body).to.not.contain('secret');
  });

  it('say what the provider said: nobody writes them', async () => {
    await using stripe = await FakeStripe.listen();
    await using kernel = await start(stripe);
    const open = { amount: Money.of(1999, 'EUR') };
    const { id } = await kernel.service('payments').charge(open, { operationId: '1' });
    const path = `/payment/payments/${id}`;
    const managers = kernel.service('managers').as({ id: 'u-1', roles: [] });
    const work = managers.of({ name: 'payment.payment' }).update(id, { status: 'succeeded' });
    expect(await work.catch(({ code }) => code)).to.be.oneOf(['ACCESS_DENIED', 'ROW_NOT_FOUND']);
    // Not even root: these fields are the service's.
    const body = { status: 'succeeded' };
    expect((await kernel.inject('PATCH', path, { headers, body })).status).to.equal(422);
    expect((await kernel.inject('GET', path, { headers })).json()).to.include({
      status: 'requires_payment_method',
    });
  });
});
