import { expect } from 'chai';
import { defineCapability, MemoryInstances, MemoryJournal, Type } from '../../kernel/index.ts';
import { recordedLog } from './support/recorded-log.ts';
import { rejectionOf, scripted, silence, status } from './support/scripted.ts';
import { instancesNamed, sending } from './support/world.ts';

/** A journal whose writing waits for the test. */
class SlowJournal extends MemoryJournal {
  readonly waiting: (() => void)[] = [];

  override async write(row: Parameters<MemoryJournal['write']>[0]): Promise<void> {
    if (row.state === 'planned') await new Promise<void>((resolve) => this.waiting.push(resolve));
    super.write(row);
  }
}

describe('failing over', () => {
  for (const [what, answer] of [
    ['throttled', status(429, 30)],
    ['disabled', status(401)],
  ] as const) {
    it(`sends nothing to an instance that was ${what} while the attempt was being written down`, async () => {
      const journal = new SlowJournal();
      const world = scripted({
        capability: sending('keyed'),
        journal,
        script: { a: [answer], b: ['sent'] },
      });
      const calls = ['first', 'second'].map((operationId) => world.begin({ operationId }));
      await world.clock.advance(0);
      // The first is sent while the second is still being written down.
      journal.waiting.shift()?.();
      await world.clock.advance(0);
      while (journal.waiting.length > 0) {
        journal.waiting.shift()?.();
        await world.clock.advance(0);
      }
      await Promise.all(calls);
      expect(world.asked.map(({ instance }) => instance)).to.deep.equal(['a', 'b', 'b']);
      expect(journal.unsettled()).to.deep.equal([]);
    });
  }

  it('goes to the next instance, and tells how the result came about', async () => {
    const { send } = scripted({ script: { a: [status(500)], b: ['sent'] } });
    const { value, attempts } = await send();
    expect(value).to.equal('sent');
    expect(attempts).to.deep.equal([
      {
        number: 1,
        instance: 'a',
        driver: 'fake',
        why: 'the first by priority',
        duration: 0,
        outcome: 'transient',
        effect: 'unknown',
        scope: 'instance',
        code: '500',
        error: 'The API answered with status 500',
      },
      {
        number: 2,
        instance: 'b',
        driver: 'fake',
        why: 'the only one that can be asked',
        duration: 0,
        outcome: 'ok',
      },
    ]);
  });

  it('disables an instance whose credentials are refused at the first failure, reports it, and succeeds', async () => {
    const { log, lines } = recordedLog();
    const { send, asked, providers } = scripted({ log, script: { a: [status(401)], b: ['sent'] } });
    expect((await send()).value).to.equal('sent');
    await send();
    expect(asked.map(({ instance }) => instance)).to.deep.equal(['a', 'b', 'b']);
    expect(providers.list().map(({ instance, state }) => [instance, state])).to.deep.equal([
      ['a', 'disabled'],
      ['b', 'ready'],
    ]);
    expect(lines.join()).to.contain('The instance \\"a\\" of \\"mail\\" is disabled');
    await providers.enable('mail', 'a');
    await send();
    expect(asked.at(-2)?.instance).to.equal('a');
  });

  it('leaves a throttled quota group alone until Retry-After, all its instances', async () => {
    const { begin, clock, asked } = scripted({
      script: { a: [status(429, 30), 'sent'], b: ['sent'], c: ['sent'] },
      instances: (name) => (name === 'c' ? {} : { quotaGroup: 'account' }),
    });
    for (let second = 0; second < 60; second += 1) {
      await begin();
      await clock.advance(1_000);
    }
    expect(asked.filter(({ instance, at }) => instance !== 'c' && at > 0 && at < 30_000)).to.deep.equal([]);
    expect(asked.filter(({ instance, at }) => instance === 'a' && at >= 30_000)).to.have.length.above(20);
  });

  it('waits for a throttled group only if that fits the deadline', async () => {
    const fits = scripted({ script: { a: [status(429, 10), 'sent'] } });
    expect((await fits.send()).value).to.equal('sent');
    expect(fits.asked[1]?.at).to.be.within(10_000, 11_500);
    const tooLong = scripted({ script: { a: [status(429, 30), 'sent'] } });
    const error = await rejectionOf(tooLong.send());
    expect([error.code, tooLong.clock.now()]).to.deep.equal(['PROVIDER_UNAVAILABLE', 0]);
    expect(error.details?.retryAfter).to.equal(30_000);
  });

  it('asks an instance again only after a backoff, when nobody else is left', async () => {
    const { send, asked } = scripted({ script: { a: [status(500), status(500), 'sent'] } });
    expect((await send()).attempts).to.have.length(3);
    const [, second = { at: 0 }, third = { at: 0 }] = asked;
    expect(second.at).to.be.above(0).and.at.most(100);
    expect(third.at - second.at)
      .to.be.above(0)
      .and.at.most(200);
  });

  it('gives up after three attempts', async () => {
    const { send, asked } = scripted({ script: { a: [status(500)] } });
    expect((await rejectionOf(send())).code).to.equal('PROVIDER_FAILED');
    expect(asked).to.have.length(3);
  });

  it('gives what concerns the caller to the caller, and holds it against nobody', async () => {
    const { send, asked, providers } = scripted({ script: { a: [status(422)], b: ['sent'] } });
    for (let call = 0; call < 20; call += 1)
      expect((await rejectionOf(send())).code).to.equal('PROVIDER_REFUSED');
    expect(asked.every(({ instance }) => instance === 'a')).to.equal(true);
    expect(providers.list()[0]?.state).to.equal('ready');
  });

  it('refuses at once when no instance can be asked, saying when to come back', async () => {
    const { send, clock, asked } = scripted({ script: { a: [status(500)] } });
    for (let call = 0; call < 2; call += 1) await rejectionOf(send());
    const [before, at] = [asked.length, clock.now()];
    const error = await rejectionOf(send());
    expect([error.code, asked.length, clock.now()]).to.deep.equal(['PROVIDER_UNAVAILABLE', before, at]);
    expect(error.details?.retryAfter).to.be.within(2_000, 5_000);
    expect(error.message).to.contain('the breaker of "a" is open');
  });

  it('holds a deadline', async () => {
    const { send, clock, asked } = scripted({ script: { a: [silence], b: [silence], c: [silence] } });
    const error = await rejectionOf(send({ deadline: 10_000 }));
    // The third would begin when the time is over.
    expect(asked.map(({ instance }) => instance)).to.deep.equal(['a', 'b']);
    expect([error.code, clock.now()]).to.deep.equal(['PROVIDER_DEADLINE', 10_000]);
  });

  it('gives an instance no more calls at once than it may have', async () => {
    const { begin, clock, asked } = scripted({
      script: { a: [silence], b: ['sent'] },
      instances: (name) => (name === 'a' ? { concurrency: 2 } : {}),
    });
    for (let call = 0; call < 5; call += 1) begin().catch(() => {});
    await clock.advance(1);
    expect(asked.filter(({ instance }) => instance === 'a')).to.have.length(2);
  });

  it('asks a second instance when the first takes long, where an operation says so', async () => {
    const { send, clock, asked } = scripted({
      capability: sending('read', { hedge: { after: 500 } }),
      script: { a: [silence], b: ['sent'] },
    });
    const { value, attempts } = await send();
    expect([value, clock.now()]).to.deep.equal(['sent', 500]);
    expect(asked.map(({ instance }) => instance)).to.deep.equal(['a', 'b']);
    expect(attempts.map(({ instance }) => instance)).to.deep.equal(['a', 'b']);
    expect(attempts).to.have.nested.property('[0].outcome', 'aborted');
    expect(attempts).to.have.nested.property('[1].why', 'hedge');
  });

  it('learns of the failure of one although the other of a hedge succeeds', async () => {
    const world = scripted({
      capability: sending('read', { hedge: { after: 500 } }),
      script: {
        a: [() => new Promise((_, reject) => world.clock.after(600, () => reject(status(401))))],
        b: [silence, 'sent'],
        c: ['sent'],
      },
    });
    const { clock, begin, providers } = world;
    const call = begin();
    await clock.advance(20_000);
    expect(await call).to.have.property('value', 'sent');
    expect(providers.list()[0]?.state).to.equal('disabled');
  });

  it('takes instances of another store too', async () => {
    const { send, providers } = scripted({ script: { a: ['sent'] } });
    using _ = providers.addStore(
      new MemoryInstances(instancesNamed(['first'], () => ({ priority: -1, config: { name: 'a' } }))),
    );
    expect((await send()).attempts[0]?.instance).to.equal('first');
  });

  it('refuses to hedge what must not be done twice', () => {
    expect(() => sending('keyed', { hedge: { after: 1 } })).to.throw('"hedge" would do it twice');
  });

  it('fails no call while instances change at 1,000 calls/s', async () => {
    const slow = (): Promise<string> =>
      new Promise((resolve) => {
        clock.after(20, () => resolve('sent'));
      });
    const world = scripted({ script: { a: [slow], b: [slow] }, instances: () => ({ priority: 0 }) });
    const { clock, store, begin, providers } = world;
    const failed: unknown[] = [];
    let done = 0;
    for (let call = 0; call < 3_000; call += 1) {
      begin().then(
        () => {
          done += 1;
        },
        (error: unknown) => failed.push(error),
      );
      if (call % 10 === 0) {
        const names = [['a'], ['b'], ['a', 'b'], ['c', 'a'], ['b', 'd']][(call / 10) % 5] ?? [];
        store.replace(instancesNamed(names, () => ({ config: { name: call % 20 === 0 ? 'a' : 'b' } })));
      }
      await clock.advance(1);
    }
    await clock.advance(100);
    expect([failed, done]).to.deep.equal([[], 3_000]);
    expect(providers.list().length).to.be.above(0);
  });

  it('finishes on an instance that is taken away, and releases its client then', async () => {
    const answer = Promise.withResolvers<string>();
    const { begin, store, providers, asked } = scripted({ script: { a: [answer.promise], b: ['new'] } });
    const call = begin();
    store.remove({ capability: 'mail', name: 'a' });
    expect(await begin()).to.have.property('value', 'new');
    answer.resolve('old');
    expect(await call).to.have.property('value', 'old');
    expect([asked.length, providers.list().length]).to.deep.equal([2, 1]);
  });

  it('checks what comes in and what goes out', async () => {
    const capability = defineCapability('mail', {
      operations: {
        send: {
          safety: 'read',
          input: Type.Object({ to: Type.String() }),
          output: Type.Object({ id: Type.String() }),
        },
      },
    });
    const { send } = scripted({ capability, script: { a: [{ id: 1 }], b: [{ id: 'x' }] } });
    expect((await rejectionOf(send({ input: { to: 1 } }))).message).to.contain('/to must be a text');
    const { value, attempts } = await send({ input: { to: 'x' } });
    expect(value).to.deep.equal({ id: 'x' });
    expect(attempts).to.have.nested.property('[0].code', 'MALFORMED');
  });

  it('tells in a dry run who would be asked, and asks nobody', async () => {
    const { send, asked } = scripted({ script: { a: ['sent'] } });
    const { value, attempts } = await send({ dryRun: true });
    expect([value, attempts[0]?.instance, asked]).to.deep.equal([undefined, 'a', []]);
  });

  it('keeps to one instance for one affinity, and moves few when one goes', async () => {
    const { send, store } = scripted({
      script: { a: ['x'], b: ['x'], c: ['x'] },
      instances: () => ({ priority: 0 }),
    });
    const choose = async (): Promise<(string | undefined)[]> => {
      const chosen: (string | undefined)[] = [];
      for (let key = 0; key < 60; key += 1)
        chosen.push((await send({ affinity: `user ${key}` })).attempts[0]?.instance);
      return chosen;
    };
    const before = await choose();
    expect(await choose()).to.deep.equal(before);
    expect(new Set(before).size).to.equal(3);
    store.remove({ capability: 'mail', name: 'c' });
    const after = await choose();
    expect(after.filter((name, key) => before[key] !== 'c' && name !== before[key])).to.deep.equal([]);
  });

  it('draws in turn, by use or by cost, as a capability says', async () => {
    const anything = { input: Type.Unknown(), output: Type.Unknown() };
    const drawn = async (strategy: 'round-robin' | 'least-used' | 'cheapest'): Promise<string> => {
      const capability = defineCapability('mail', {
        strategy,
        operations: { send: { safety: 'read', ...anything } },
      });
      const { send, asked } = scripted({
        capability,
        script: { a: ['x'], b: ['x'], c: ['x'] },
        instances: (_name, index) => ({ priority: 0, cost: 3 - index, weight: index === 0 ? 2 : 1 }),
      });
      for (let call = 0; call < 8; call += 1) await send();
      return asked
        .map(({ instance }) => instance)
        .sort()
        .join('');
    };
    expect(await drawn('round-robin')).to.equal('aabbbccc');
    expect(await drawn('least-used')).to.equal('aaaabbcc');
    expect(await drawn('cheapest')).to.equal('cccccccc');
  });

  it('asks the instances of a tenant, or those of all, as a capability says', async () => {
    const anything = { input: Type.Unknown(), output: Type.Unknown() };
    const chosen = async (tenants: 'own' | 'own-or-shared', tenant: string): Promise<string | undefined> => {
      const capability = defineCapability('mail', {
        tenants,
        operations: { send: { safety: 'read', ...anything } },
      });
      const { send } = scripted({
        capability,
        script: { shared: ['x'], own: ['x'] },
        instances: (name) => (name === 'own' ? { tenant: 'acme' } : {}),
      });
      return send({ tenant }).then(
        ({ attempts }) => attempts[0]?.instance,
        (error: { code: string }) => error.code,
      );
    };
    expect(await chosen('own', 'acme')).to.equal('own');
    expect(await chosen('own', 'other')).to.equal('PROVIDER_UNAVAILABLE');
    expect(await chosen('own-or-shared', 'acme')).to.equal('own');
    expect(await chosen('own-or-shared', 'other')).to.equal('shared');
  });

  it('finds out by health() whether what may only be done once can be asked again', async () => {
    let checks = 0;
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const { send, clock, asked } = scripted({
      capability: sending('atMostOnce'),
      script: { a: [...Array(5).fill(refused), 'sent'] },
      health: () => {
        checks += 1;
      },
    });
    for (let call = 0; call < 3; call += 1) await rejectionOf(send({ operationId: `${call}` }));
    expect(asked).to.have.length(5);
    await clock.advance(10_000);
    // This one only brings the check about.
    expect((await rejectionOf(send({ operationId: 'x' }))).code).to.equal('PROVIDER_UNAVAILABLE');
    await clock.advance(1);
    expect([checks, asked.length]).to.deep.equal([1, 5]);
    expect((await send({ operationId: 'y' })).value).to.equal('sent');
  });

  it('says how long it remembers', () => {
    const { providers } = scripted({ script: {}, journal: new MemoryJournal() });
    expect(providers.journalKept).to.equal('memory');
  });
});
