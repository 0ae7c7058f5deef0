import { expect } from 'chai';
import { defineCapability, MemoryJournal, Type } from '../../kernel/index.ts';
import { rejectionOf, scripted, silence, status } from './support/scripted.ts';
import { sending } from './support/world.ts';

const keyed = sending('keyed');
const atMostOnce = sending('atMostOnce');

describe('keyed work whose outcome is unknown', () => {
  it('is sent again under the same key, and only to whoever knows that key', async () => {
    const { send, asked } = scripted({
      capability: keyed,
      script: { a: [status(500)], b: ['sent'], c: ['elsewhere'] },
      instances: (name) => (name === 'c' ? {} : { deduplication: 'account' }),
    });
    const { value, attempts } = await send({ operationId: 'order-1', tenant: 'acme' });
    expect(value).to.equal('sent');
    expect(asked.map(({ instance, key }) => [instance, key])).to.deep.equal([
      ['a', 'send:acme:order-1'],
      ['b', 'send:acme:order-1'],
    ]);
    expect(attempts).to.have.nested.property('[1].why', 'knows the idempotency key');
  });

  it('is never sent again where the API heeds no keys', async () => {
    const { send, asked } = scripted({
      capability: keyed,
      deduplicates: false,
      script: { a: [status(500)], b: ['sent'] },
    });
    expect((await rejectionOf(send())).code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    expect(asked).to.have.length(1);
  });

  it('is never sent again once the API has forgotten the key', async () => {
    const journal = new MemoryJournal();
    const { send, asked, clock } = scripted({ capability: keyed, journal, script: { a: [status(500)] } });
    await rejectionOf(send());
    await clock.advance(25 * 3_600_000);
    const error = await rejectionOf(send());
    expect([error.code, asked.length]).to.deep.equal(['PROVIDER_OUTCOME_UNKNOWN', 3]);
  });

  it('is asked about, and its result returned when it was done', async () => {
    const keys: string[] = [];
    const { send, asked } = scripted({
      capability: atMostOnce,
      script: { a: [status(500)], b: ['twice'] },
      reconcile: (key) => {
        keys.push(key);
        return { state: 'done', value: 'found' };
      },
    });
    expect((await send({ operationId: 'order-1' })).value).to.equal('found');
    expect([asked.length, keys]).to.deep.equal([1, ['send:order-1']]);
    expect((await send({ operationId: 'order-1' })).value).to.equal('found');
    expect(asked).to.have.length(1);
  });

  it('is not taken for done by an answer that does not fit', async () => {
    const capability = defineCapability('mail', {
      operations: { send: { safety: 'atMostOnce', input: Type.Unknown(), output: Type.String() } },
    });
    const { send } = scripted({
      capability,
      script: { a: [status(500)] },
      reconcile: () => ({ state: 'done', value: 1 }),
    });
    expect((await rejectionOf(send())).code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
  });

  it('goes to another provider only when it is said not to be done', async () => {
    const { send, asked } = scripted({
      capability: atMostOnce,
      script: { a: [status(500)], b: ['sent'] },
      reconcile: () => ({ state: 'notDone' }),
    });
    expect((await send()).value).to.equal('sent');
    expect(asked.map(({ instance }) => instance)).to.deep.equal(['a', 'b']);
  });

  it('goes nowhere while nobody can say', async () => {
    const answers: (() => never | { state: 'unknown' })[] = [
      () => ({ state: 'unknown' }),
      () => {
        throw new Error('no');
      },
    ];
    for (const reconcile of answers) {
      const { send, asked } = scripted({
        capability: atMostOnce,
        script: { a: [status(500)], b: ['sent'] },
        reconcile,
      });
      const error = await rejectionOf(send({ operationId: 'order-1' }));
      expect(error.message)
        .to.contain('(order-1) was done by "a" is not known')
        .and.to.contain('Never use a fresh id');
      expect(asked).to.have.length(1);
    }
  });
});

describe('the attempt journal', () => {
  it('is written before anything is sent', async () => {
    const states: string[] = [];
    class Recorded extends MemoryJournal {
      override write(row: Parameters<MemoryJournal['write']>[0]): void {
        states.push(row.state);
        super.write(row);
      }
    }
    const { send } = scripted({
      capability: keyed,
      journal: new Recorded(),
      script: { a: [() => states.push('request')] },
    });
    await send();
    expect(states).to.deep.equal(['planned', 'sent', 'request', 'ok']);
  });

  it('stops a call whose attempt cannot be written down', async () => {
    class Broken extends MemoryJournal {
      override write(): void {
        throw new Error('disk full');
      }
    }
    const { send, asked } = scripted({ capability: keyed, journal: new Broken(), script: { a: ['sent'] } });
    const error = await rejectionOf(send());
    expect([error.code, asked]).to.deep.equal(['PROVIDER_JOURNAL_FAILED', []]);
    expect(error.message).to.contain('disk full');
  });

  it('sends nothing when writing it down took all the time', async () => {
    class Slow extends MemoryJournal {
      override async write(row: Parameters<MemoryJournal['write']>[0]): Promise<void> {
        super.write(row);
        await new Promise<void>((resolve) => {
          world.clock.after(6_000, resolve);
        });
      }
    }
    const journal = new Slow();
    const world = scripted({ capability: keyed, journal, script: { a: ['sent'] } });
    const error = await rejectionOf(world.send({ deadline: 10_000 }));
    expect([error.code, world.clock.now()]).to.deep.equal(['PROVIDER_DEADLINE', 10_000]);
    // Nobody waits for it, and it is written down all the same that nothing was sent.
    await world.clock.advance(10_000);
    expect([world.asked, journal.unsettled()]).to.deep.equal([[], []]);
  });

  it('answers a repeated call from what was done, and refuses other input under the same id', async () => {
    const { send, asked } = scripted({ capability: keyed, script: { a: ['first', 'second'] } });
    expect((await send({ operationId: 'order-1', input: { amount: 1 } })).value).to.equal('first');
    expect((await send({ operationId: 'order-1', input: { amount: 1 } })).value).to.equal('first');
    // The order of keys makes no difference.
    const [one, other] = [
      { a: 1, b: [{ c: 2, d: 3 }] },
      { b: [{ d: 3, c: 2 }], a: 1 },
    ];
    expect((await send({ operationId: 'order-2', input: one })).value).to.equal('second');
    expect((await send({ operationId: 'order-2', input: other })).value).to.equal('second');
    const error = await rejectionOf(send({ operationId: 'order-1', input: { amount: 2 } }));
    expect([error.code, asked.length]).to.deep.equal(['PROVIDER_OPERATION_REUSED', 2]);
  });

  it('lets a piece of work be done by one call at a time', async () => {
    const { begin, clock } = scripted({ capability: keyed, script: { a: [silence] } });
    begin().catch(() => {});
    expect((await rejectionOf(begin())).code).to.equal('PROVIDER_OPERATION_RUNNING');
    await clock.advance(60_000);
  });

  it('learns from an answer that nobody waited for any more', async () => {
    const journal = new MemoryJournal();
    const late = Promise.withResolvers<string>();
    const { send, clock, asked } = scripted({
      capability: atMostOnce,
      journal,
      script: { a: [late.promise] },
    });
    expect((await rejectionOf(send())).code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    late.resolve('after all');
    await clock.advance(1);
    expect(journal.unsettled()).to.deep.equal([]);
    expect((await send()).value).to.equal('after all');
    expect(asked).to.have.length(1);
  });

  it('is finished by a webhook', async () => {
    const { send, providers, asked } = scripted({ capability: atMostOnce, script: { a: [status(500)] } });
    await rejectionOf(send({ operationId: 'order-1' }));
    await providers.settle('mail', 'order-1', { state: 'done', value: 'by webhook' });
    expect((await send({ operationId: 'order-1' })).value).to.equal('by webhook');
    expect(asked).to.have.length(1);
    const error = await rejectionOf(providers.settle('mail', 'order-1', { state: 'notDone' }));
    expect(error.code).to.equal('PROVIDER_ATTEMPT_UNKNOWN');
  });

  it('is finished by the reconciler, which asks again and again', async () => {
    const journal = new MemoryJournal();
    let asks = 0;
    const { send, clock } = scripted({
      capability: atMostOnce,
      journal,
      script: { a: [status(500)] },
      reconcile: () => {
        asks += 1;
        return asks < 4 ? { state: 'unknown' } : { state: 'done', value: 'at last' };
      },
    });
    await rejectionOf(send());
    await clock.advance(120_000);
    expect([asks, journal.unsettled()]).to.deep.equal([4, []]);
    expect((await send()).value).to.equal('at last');
  });

  it('asks for an operationId where an operation is keyed', async () => {
    const { begin } = scripted({ capability: keyed, script: { a: ['sent'] } });
    expect((await rejectionOf(begin({ operationId: '' }))).code).to.equal('PROVIDER_OPERATION_ID_MISSING');
  });
});
