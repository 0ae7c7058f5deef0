import { createServer } from 'node:net';
import { MemoryJournal } from 'backplane';
import { seededRandom, until } from 'backplane/testing';
import { expect } from 'chai';
import { FakeStripe, type Fault } from '../../../test/support/stripe/fake-stripe.ts';
import { order, poolOf, rejectionOf } from './support/pool.ts';

const creating = /^POST \/v1\/payment_intents$/;
const listing = /^GET \/v1\/payment_intents$/;

/** Requests that would have charged, with their keys. */
const sent = (stripe: FakeStripe): (string | null)[] =>
  stripe.requests.flatMap(({ what, key }) => (creating.test(what) ? [key] : []));
const charges = (stripe: FakeStripe): number =>
  stripe.account.all('payment_intent').filter(({ status }) => status === 'succeeded').length;

describe('a charge by Stripe', () => {
  const survived: Readonly<Record<string, { readonly faults: readonly Fault[]; readonly sent: number }>> = {
    'a reset before the write': { faults: [{ kind: 'reset', when: 'before' }], sent: 2 },
    'a reset after the write': { faults: [{ kind: 'reset', when: 'after' }], sent: 2 },
    'two resets': {
      faults: [
        { kind: 'reset', when: 'after' },
        { kind: 'reset', when: 'before' },
      ],
      sent: 3,
    },
    '500 before the write': { faults: [{ kind: 'error', status: 500, when: 'before' }], sent: 2 },
    '502 of a proxy': { faults: [{ kind: 'error', status: 502, when: 'before' }], sent: 2 },
    'an answer that is no JSON': { faults: [{ kind: 'malformed' }], sent: 2 },
    'an object that is in use': { faults: [{ kind: 'lock' }], sent: 2 },
    // The answer is kept under the key: sending again tells nothing new, and the list tells.
    '500 after the write': { faults: [{ kind: 'error', status: 500, when: 'after' }], sent: 3 },
  };
  for (const [name, { faults, sent: times }] of Object.entries(survived)) {
    it(`is made once, and known, in spite of ${name}`, async () => {
      await using stripe = await FakeStripe.listen();
      await using providers = poolOf([stripe]);
      stripe.fail(creating, ...faults);
      const { value, instance } = await providers.for('payment').createPayment(order, { operationId: '1' });
      expect([value.status, instance, charges(stripe)]).to.deep.equal(['succeeded', 'eu', 1]);
      // Not one more: the SDK sends nothing of its own accord.
      expect(sent(stripe)).to.deep.equal(Array.from({ length: times }, () => 'createPayment:1'));
    });
  }

  it('that nobody answered is unknown, goes nowhere else, and is answered when the call is repeated', async () => {
    await using eu = await FakeStripe.listen();
    await using us = await FakeStripe.listen();
    await using providers = poolOf([eu, us]);
    eu.fail(creating, { kind: 'hang', when: 'after' });
    const client = providers.for('payment');
    const error = await rejectionOf(client.createPayment(order, { operationId: '1', deadline: 300 }));
    expect(error.code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    expect([charges(eu), us.requests.length]).to.deep.equal([1, 0]);
    const { value, instance } = await client.createPayment(order, { operationId: '1' });
    expect([value.status, instance]).to.deep.equal(['succeeded', 'eu']);
    expect([charges(eu), charges(us)]).to.deep.equal([1, 0]);
    expect(sent(eu)).to.deep.equal(['createPayment:1', 'createPayment:1']);
  });

  it('that was cut off goes nowhere else, also when the account cannot be asked any more', async () => {
    await using eu = await FakeStripe.listen();
    await using us = await FakeStripe.listen();
    await using providers = poolOf([eu, us]);
    const reset = { kind: 'reset', when: 'after' } as const;
    eu.fail(creating, reset, reset, reset);
    eu.fail(listing, reset);
    const error = await rejectionOf(providers.for('payment').createPayment(order, { operationId: '1' }));
    expect([error.code, charges(eu), us.requests.length]).to.deep.equal(['PROVIDER_OUTCOME_UNKNOWN', 1, 0]);
    expect(await providers.reconcile()).to.deep.equal({ done: 3, notDone: 0, unknown: 0 });
    const { value, instance } = await providers.for('payment').createPayment(order, { operationId: '1' });
    expect([value.status, instance, sent(eu).length]).to.deep.equal(['succeeded', 'eu', 3]);
  });

  it('is asked for at once elsewhere where it was certainly not made', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const address = closed.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    await using eu = await FakeStripe.listen({ apiKey: 'sk_test_revoked' });
    await using us = await FakeStripe.listen();
    await using uk = await FakeStripe.listen();
    await using providers = poolOf([eu, us, uk], {
      more: [{ secrets: {} }, {}, {}].map((_, index) =>
        index === 0 ? { config: { apiBase: `http://127.0.0.1:${port}` } } : {},
      ),
    });
    us.fail(creating, { kind: 'throttled', retryAfter: 60 });
    const { value, attempts } = await providers.for('payment').createPayment(order, { operationId: '1' });
    expect(attempts.map(({ instance, outcome, code }) => [instance, outcome, code])).to.deep.equal([
      ['eu', 'transient', 'ECONNREFUSED'],
      ['us', 'throttled', 'rate_limit'],
      ['uk', 'ok', undefined],
    ]);
    expect([value.status, charges(us), charges(uk)]).to.deep.equal(['succeeded', 0, 1]);
    // The account rests as long as it was asked to.
    const states = providers.list().map(({ instance, state }) => [instance, state]);
    expect(states).to.deep.include(['us', 'resting']);
  });

  it('is asked for elsewhere when an account refuses its key, which is disabled, and told to nobody', async () => {
    await using eu = await FakeStripe.listen({ apiKey: 'sk_test_right' });
    await using us = await FakeStripe.listen();
    const { Secret } = await import('backplane');
    const wrong = { secrets: { apiKey: new Secret('sk_test_wrong'), webhookSecret: new Secret('whsec_1') } };
    await using providers = poolOf([eu, us], { more: [wrong] });
    const { attempts } = await providers.for('payment').createPayment(order, { operationId: '1' });
    expect(attempts.map(({ instance, outcome }) => [instance, outcome])).to.deep.equal([
      ['eu', 'config'],
      ['us', 'ok'],
    ]);
    expect(providers.list()[0]?.state).to.equal('disabled');
    expect(JSON.stringify(attempts)).to.not.contain('sk_test_wrong');
  });

  it('that is declined goes back to the caller with the reason of the bank, and to nobody else', async () => {
    await using eu = await FakeStripe.listen();
    await using us = await FakeStripe.listen();
    await using providers = poolOf([eu, us]);
    const call = () =>
      providers
        .for('payment')
        .createPayment({ ...order, paymentMethod: 'pm_declined' }, { operationId: '1' });
    const error = await rejectionOf(call());
    expect([error.code, error.details?.code]).to.deep.equal(['PROVIDER_DECLINED', 'insufficient_funds']);
    // Under its key it stays declined.
    expect(await rejectionOf(call())).to.include({ code: 'PROVIDER_DECLINED' });
    expect([eu.account.all('payment_intent').length, us.requests.length]).to.deep.equal([1, 0]);
    expect(providers.list()[0]?.state).to.equal('ready');
  });

  it('that another process is making is waited for, and not made twice', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    await using other = poolOf([stripe], { journal: new MemoryJournal() });
    const { promise, resolve } = Promise.withResolvers();
    stripe.fail(creating, { kind: 'slow', until: promise });
    const first = providers.for('payment').createPayment(order, { operationId: '1' });
    await until(() => stripe.hanging === 1);
    const second = rejectionOf(other.for('payment').createPayment(order, { operationId: '1' }));
    expect(await second).to.include({ code: 'PROVIDER_OUTCOME_UNKNOWN' });
    resolve(undefined);
    const { value } = await first;
    const again = await other.for('payment').createPayment(order, { operationId: '1' });
    expect([again.value.id, charges(stripe)]).to.deep.equal([value.id, 1]);
  });

  it('under a key that stands for another charge is refused, also when the journal is lost', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    await providers.for('payment').createPayment(order, { operationId: '1' });
    await using after = poolOf([stripe], { journal: new MemoryJournal() });
    const more = { ...order, amount: { amount: 2000, currency: 'EUR' } };
    const error = await rejectionOf(after.for('payment').createPayment(more, { operationId: '1' }));
    expect([error.code, error.details?.code]).to.deep.equal(['PROVIDER_REFUSED', 'idempotency_error']);
    expect(charges(stripe)).to.equal(1);
  });

  it('that its caller gives up in flight is unknown at once, and its request is ended', async () => {
    await using stripe = await FakeStripe.listen();
    await using providers = poolOf([stripe]);
    stripe.fail(creating, { kind: 'hang', when: 'after' });
    const controller = new AbortController();
    const call = providers
      .for('payment')
      .createPayment(order, { operationId: '1', signal: controller.signal });
    await until(() => stripe.hanging === 1);
    controller.abort();
    expect(await rejectionOf(call)).to.include({ code: 'PROVIDER_OUTCOME_UNKNOWN' });
    await until(() => stripe.abandoned === 1);
    const { value } = await providers.for('payment').createPayment(order, { operationId: '1' });
    expect([value.status, charges(stripe)]).to.deep.equal(['succeeded', 1]);
  });

  it('is made once at most under any order of faults and crashes, and surely once it is said to be made', async () => {
    const random = seededRandom(7);
    const faults: readonly Fault[] = [
      { kind: 'reset', when: 'before' },
      { kind: 'reset', when: 'after' },
      { kind: 'error', status: 500, when: 'before' },
      { kind: 'error', status: 500, when: 'after' },
      { kind: 'error', status: 503, when: 'before' },
      { kind: 'malformed' },
      { kind: 'lock' },
    ];
    const pick = (): Fault => faults[Math.floor(random() * faults.length)] ?? { kind: 'malformed' };
    await using eu = await FakeStripe.listen();
    await using us = await FakeStripe.listen();
    for (let round = 0; round < 60; round += 1) {
      const reference = `round-${round}`;
      const journal = new MemoryJournal();
      let isDone = false;
      for (let call = 0; call < 5 && !isDone; call += 1) {
        // Each call is another process, with the journal of those before.
        await using providers = poolOf([eu, us], { journal });
        for (let index = Math.floor(random() * 5); index > 0; index -= 1) {
          (random() < 0.7 ? eu : us).fail(random() < 0.8 ? creating : listing, pick());
        }
        const options = { operationId: reference, deadline: 5_000 };
        const outcome = await providers
          .for('payment')
          .createPayment({ ...order, reference }, options)
          .then(
            ({ value }) => value.status,
            (error: { code?: string }) => error.code,
          );
        isDone = outcome === 'succeeded';
        if (!isDone)
          expect(outcome).to.be.oneOf([
            'PROVIDER_OUTCOME_UNKNOWN',
            'PROVIDER_FAILED',
            'PROVIDER_UNAVAILABLE',
          ]);
        eu.heal();
        us.heal();
      }
      const made = [eu, us].flatMap((one) =>
        one.account.all('payment_intent').filter(({ metadata }) => isOf(metadata, reference)),
      );
      expect([reference, isDone, made.length]).to.deep.equal([reference, true, 1]);
    }
  }).timeout(60_000);
});

function isOf(metadata: unknown, reference: string): boolean {
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'backplane_reference' in metadata &&
    metadata.backplane_reference === reference
  );
}
