import { testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { Payment } from '../entities/payment.ts';
import { Money } from '../money/money.ts';
import { codeOf } from './app.ts';

const options = { from: import.meta.url, extensions: ['..'] };
const card = { amount: Money.of(1999, 'EUR'), paymentMethod: 'card', confirm: true };

describe('payments without a provider, in production', () => {
  it('are warned of at the start', async () => {
    const env = { NODE_ENV: 'production', AUTO_MIGRATE: 'true' };
    await using kernel = await testKernel({ ...options, env });
    const warnings = kernel.logs.map(({ msg }) => String(msg));
    expect(warnings.join('\n'))
      .to.contain('No instance of "payment"')
      .and.contain('PROVIDERS_PAYMENT (drivers: ');
  });

  it('are not where there is one', async () => {
    const env = {
      NODE_ENV: 'production',
      AUTO_MIGRATE: 'true',
      PROVIDERS_PAYMENT: '[{"name":"main","driver":"memory"}]',
    };
    await using kernel = await testKernel({ ...options, env });
    expect(JSON.stringify(kernel.logs)).to.not.contain('No instance of');
  });
});

describe('payments without a provider, in development', () => {
  it('are made in memory, and say so', async () => {
    await using kernel = await testKernel(options);
    const payments = kernel.service('payments');
    const paid = await payments.charge(card, { operationId: '1' });
    expect(paid).to.include({ status: 'succeeded', received: 1999, instance: 'memory' });
    expect(await payments.refund({ paymentId: paid.id }, { operationId: '1' })).to.include({
      status: 'succeeded',
    });
    expect(JSON.stringify(kernel.logs)).to.contain('so \\"memory\\" answers');
    const reserved = await payments.charge({ ...card, capture: 'manual' }, { operationId: '2' });
    const captured = await payments.capture(reserved.id, Money.of(5, 'EUR'), { operationId: '2' });
    expect(captured).to.include({ status: 'succeeded', received: 5 });
  });

  it('may be declined, or wait for the payer', async () => {
    await using kernel = await testKernel(options);
    const payments = kernel.service('payments');
    const declined = payments.charge({ ...card, paymentMethod: 'declined' }, { operationId: '1' });
    expect(await codeOf(declined)).to.equal('PROVIDER_DECLINED');
    const [row] = await kernel.service('data').repository(Payment).all();
    expect(row).to.include({ status: 'failed', failureCode: 'card_declined' });
    // As with a provider, it waits for another payment method.
    const other = await payments.confirm(row?.id ?? '', { paymentMethod: 'card' }, { operationId: '1/2' });
    expect(other).to.include({ id: row?.id, status: 'succeeded', failureCode: null });
    const waiting = await payments.charge({ ...card, paymentMethod: 'action' }, { operationId: '2' });
    expect(waiting.status).to.equal('requires_action');
    const paid = await payments.confirm(waiting.id, { paymentMethod: 'card' }, { operationId: '2' });
    expect(paid.status).to.equal('succeeded');
    expect(await codeOf(payments.cancel(paid.id, { operationId: '2' }))).to.equal('PROVIDER_DECLINED');
  });

  it('promise no more than a provider keeps', async () => {
    await using kernel = await testKernel(options);
    const payments = kernel.service('payments');
    const manual = { amount: card.amount, capture: 'manual' } as const;
    const { id } = await payments.charge(manual, { operationId: '1' });
    const reserved = await payments.confirm(id, { paymentMethod: 'card' }, { operationId: '1' });
    expect(reserved).to.include({ status: 'requires_capture', received: 0, capturable: 1999 });
    const more = payments.capture(id, Money.of(2000, 'EUR'), { operationId: '1' });
    expect(await codeOf(more)).to.equal('PROVIDER_REFUSED');
    const again = payments.confirm(id, { paymentMethod: 'card' }, { operationId: '2' });
    expect(await codeOf(again)).to.equal('PROVIDER_DECLINED');
    const { id: open } = await payments.charge({ amount: card.amount }, { operationId: '3' });
    expect(await codeOf(payments.confirm(open, {}, { operationId: '3' }))).to.equal('PROVIDER_REFUSED');
  });

  it('come again and again, until the subscription ends', async () => {
    await using kernel = await testKernel(options);
    const payments = kernel.service('payments');
    const { id: customerId } = await payments.createCustomer(
      { email: 'ann@example.org' },
      { operationId: 'ann' },
    );
    const wanted = { customerId, price: 'basic', paymentMethod: 'card' };
    const { id } = await payments.subscribe(wanted, { operationId: 's' });
    expect((await payments.changePlan(id, { price: 'pro' }, { operationId: 'p' })).price).to.equal('pro');
    const ended = await payments.cancelSubscription(id, 'now', { operationId: 'e' });
    expect(ended.status).to.equal('canceled');
    expect(await codeOf(payments.changePlan(id, { price: 'max' }, { operationId: 'm' }))).to.equal(
      'PROVIDER_DECLINED',
    );
    expect(await codeOf(payments.resumeSubscription(id, { operationId: 'r' }))).to.equal('PROVIDER_DECLINED');
  });
});
