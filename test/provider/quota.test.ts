import { expect } from 'chai';
import fc from 'fast-check';
import {
  defineDriver,
  instancesFromSettings,
  Keyring,
  type Quota,
  type SharedState,
  Type,
} from '../../kernel/index.ts';
import { SlidingWindow } from '../../kernel/provider/sliding-window.ts';
import { sourcesOf } from '../../kernel/settings/index.ts';
import { mostWithin } from './support/counting-api.ts';
import { rejectionOf, scripted, silence, status } from './support/scripted.ts';
import { healthy, simulate } from './support/simulation.ts';
import { sending } from './support/world.ts';

describe('a sliding window', () => {
  it('never lets more happen within its length than it may, and wastes at most 4 % of the time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 10, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (limit, length, start, pauses) => {
          const window = new SlidingWindow(length);
          const moments: number[] = [];
          let now = start;
          // All who want to, as often as they may, with pauses now and then.
          for (const pause of pauses) {
            while (window.until(limit, now) <= now) {
              window.count(now);
              moments.push(now);
            }
            const until = window.until(limit, now);
            const oldest = moments[moments.length - limit] ?? Number.NaN;
            if (until > oldest + length * 1.0401 + 1e-6) return false;
            now = until + (pause < 0.5 ? 0 : (pause - 0.5) * length);
          }
          return mostWithin(length, moments) <= limit;
        },
      ),
    );
  });
});

const perSecond = (calls: number): { quota: Quota } => ({ quota: { calls, per: 1_000 } });

describe('an instance with a quota', () => {
  it('is passed over while it is used up, for whoever comes next', async () => {
    const world = scripted({
      script: { a: ['sent'], b: ['sent'] },
      instances: (name) => (name === 'a' ? perSecond(2) : {}),
    });
    for (let call = 0; call < 4; call += 1) await world.send();
    expect(world.asked.map(({ instance }) => instance)).to.deep.equal(['a', 'a', 'b', 'b']);
    expect(world.providers.list()[0]).to.include({ state: 'resting', reason: 'its quota is used up' });
    await world.clock.advance(1_050);
    await world.send();
    expect(world.asked.at(-1)?.instance).to.equal('a');
  });

  it('is waited for where that fits the deadline, and no longer than it must be', async () => {
    const world = scripted({ script: { a: ['sent'] }, instances: () => perSecond(2) });
    await Promise.all([1, 2, 3].map(() => world.send()));
    const [first = Number.NaN, , third = Number.NaN] = world.asked.map(({ at }) => at);
    // The wait of others that wait for the same moment is spread by a tenth.
    expect(third - first).to.be.within(1_000, 1_160);
  });

  it('is not waited for where that does not: the call is refused at once, with when to come again', async () => {
    const world = scripted({
      script: { a: ['sent'] },
      instances: () => ({ quota: { calls: 1, per: 60_000 } }),
    });
    await world.send();
    const error = await rejectionOf(world.begin());
    expect(error.code).to.equal('PROVIDER_UNAVAILABLE');
    expect(error.message).to.contain('the quota of "a" is used up');
    expect(error.details?.retryAfter).to.be.within(60_000, 62_400);
    expect([world.asked.length, world.clock.now()]).to.deep.equal([1, 0]);
  });

  it('shares it with all of its quota group, whichever of them says so', async () => {
    const world = scripted({
      script: { a: ['sent'], b: ['sent'], c: ['sent'] },
      instances: (name) => ({
        ...(name === 'c' ? {} : { quotaGroup: 'account' }),
        ...(name === 'b' ? perSecond(1) : {}),
      }),
    });
    await world.send();
    await world.send();
    expect(world.asked.map(({ instance }) => instance)).to.deep.equal(['a', 'c']);
  });

  it('keeps to each of several quotas, and to the strictest of its group', async () => {
    const world = scripted({
      script: { a: ['sent'], b: ['sent'] },
      instances: (name) => ({
        quotaGroup: 'account',
        priority: 0,
        quota:
          name === 'a'
            ? [
                { calls: 5, per: 1_000 },
                { calls: 8, per: 10_000 },
              ]
            : { calls: 3, per: 1_000 },
      }),
    });
    for (let call = 0; call < 8; call += 1) await world.send();
    const moments = world.asked.map(({ at }) => at);
    expect([mostWithin(1_000, moments), mostWithin(10_000, moments)]).to.deep.equal([3, 8]);
    expect((await rejectionOf(world.begin({ deadline: 5_000 }))).code).to.equal('PROVIDER_UNAVAILABLE');
  });

  it('is what its driver says where it says nothing itself', async () => {
    const world = scripted({
      quota: { calls: 1, per: 1_000 },
      script: { a: ['sent'], b: ['sent'] },
      instances: (name) => (name === 'b' ? perSecond(2) : {}),
    });
    for (let call = 0; call < 3; call += 1) await world.send();
    expect(world.asked.map(({ instance }) => instance)).to.deep.equal(['a', 'b', 'b']);
    expect((await rejectionOf(world.begin({ deadline: 500 }))).code).to.equal('PROVIDER_UNAVAILABLE');
    for (const quota of [{ calls: 0, per: 1_000 }, { calls: 1 }, 5, [{ calls: 1.5, per: 1 }]]) {
      const wrong = () =>
        defineDriver('x', {
          capability: 'mail',
          config: Type.Object({}),
          quota: quota as Quota,
          create: () => ({}),
        });
      expect(wrong).to.throw('"quota" must be { calls: 100, per: 60_000 }');
    }
  });

  it('has what it used up counted across changes of its settings, and heeds the new number at once', async () => {
    const world = scripted({ script: { a: ['sent'] }, instances: () => perSecond(3) });
    await world.send();
    await world.send();
    const again = (calls: number) =>
      world.store.replace(world.store.all.map((one) => ({ ...one, ...perSecond(calls) })));
    again(2);
    expect((await rejectionOf(world.begin({ deadline: 500 }))).code).to.equal('PROVIDER_UNAVAILABLE');
    again(3);
    await world.begin({ deadline: 500 });
    expect(world.asked.map(({ at }) => at)).to.deep.equal([0, 0, 0]);
  });

  it('finds what it had used up when it was taken away and comes back', async () => {
    const world = scripted({ script: { a: ['sent'] }, instances: () => perSecond(1) });
    await world.send();
    const definitions = world.store.all;
    world.store.replace([]);
    world.providers.list();
    world.store.replace(definitions);
    expect((await rejectionOf(world.begin({ deadline: 500 }))).code).to.equal('PROVIDER_UNAVAILABLE');
  });

  it('heeds a higher number at once, also where others had said that the lower is used up', async () => {
    const said: number[] = [0, 500_000, 0];
    const shared: SharedState = {
      connect: () => {},
      tell: () => {},
      take: async () => said.shift(),
      close: async () => {},
    };
    const world = scripted({ shared, script: { a: ['sent'] }, instances: () => perSecond(5) });
    await world.send();
    expect((await rejectionOf(world.begin())).code).to.equal('PROVIDER_UNAVAILABLE');
    // Asked once: it is known now.
    expect((await rejectionOf(world.begin())).code).to.equal('PROVIDER_UNAVAILABLE');
    expect(said).to.deep.equal([0]);
    world.store.replace(world.store.all.map((one) => ({ ...one, ...perSecond(6) })));
    await world.send();
    expect(world.asked).to.have.length(2);
  });

  it('is counted here alone where others do not answer', async () => {
    const shared: SharedState = {
      connect: () => {},
      tell: () => {},
      take: async () => undefined,
      close: async () => {},
    };
    const world = scripted({ shared, script: { a: ['sent'], b: ['sent'] }, instances: () => perSecond(2) });
    for (let call = 0; call < 3; call += 1) await world.send();
    expect(world.asked.map(({ instance }) => instance)).to.deep.equal(['a', 'a', 'b']);
  });

  it('is not exceeded by attempts after failures, by hedges, or by probes', async () => {
    const failing = scripted({ script: { a: [status(500)] }, instances: () => perSecond(1) });
    await rejectionOf(failing.send());
    expect(
      mostWithin(
        1_000,
        failing.asked.map(({ at }) => at),
      ),
    ).to.equal(1);
    expect(failing.asked).to.have.length(3);
    const hedging = scripted({
      capability: sending('read', { hedge: { after: 50 } }),
      script: { a: [silence], b: ['sent'] },
      instances: () => ({ ...perSecond(1), quotaGroup: 'account' }),
    });
    const error = await rejectionOf(hedging.send({ deadline: 900 }));
    expect([error.code, hedging.asked.length]).to.deep.equal(['PROVIDER_DEADLINE', 1]);
  });

  it('is written down in settings, and told by its place where it is wrong', () => {
    const sources = sourcesOf({
      environment: {
        PROVIDERS_MAIL: JSON.stringify([
          { name: 'a', driver: 'x', quota: { calls: 1, per: 60_000 } },
          { name: 'b', driver: 'x', quota: [{ calls: 1, per: 60_000 }] },
          { name: 'c', driver: 'x', quota: { calls: 0, per: 60_000 } },
          { name: 'd', driver: 'x', quota: 5 },
        ]),
      },
    });
    const { instances, faults } = instancesFromSettings(sources, new Keyring([]));
    expect(instances.map(({ name }) => name)).to.deep.equal(['a', 'b']);
    expect(faults).to.have.length(2);
    expect(faults[0]).to.contain('PROVIDERS_MAIL[2]: /quota');
  });

  for (const safety of ['read', 'keyed'] as const) {
    it(`is never sent more than that at twenty calls a second that are "${safety}", faults among them`, async () => {
      const { requests } = await simulate({
        rate: 20,
        duration: 120,
        safety,
        behaviours: {
          a: healthy,
          b: ({ random }) => ({ latency: 20, ...(random() < 0.3 ? { status: 503 } : {}) }),
          c: healthy,
        },
        instances: (name) => ({
          quota: { calls: 50, per: 10_000 },
          ...(name === 'c' ? {} : { quotaGroup: 'account' }),
        }),
      });
      for (const group of [['a', 'b'], ['c']]) {
        const moments = requests.filter(({ instance }) => group.includes(instance)).map(({ at }) => at);
        expect(mostWithin(10_000, moments)).to.equal(50);
        // What is allowed is used: 120 s ÷ 10.4 s of 50 each, and those on their way at the end.
        expect(moments.length).to.be.at.least(Math.floor(120 / 10.5) * 50);
      }
    });
  }
});
