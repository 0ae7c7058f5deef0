import { expect } from 'chai';
import { defineDriver, MemoryInstances, Providers, Secret, Type } from '../../kernel/index.ts';
import { VirtualClock } from '../../kernel/testing/virtual-clock.ts';
import { rejectionOf, scripted, silence, status } from './support/scripted.ts';
import { sending, worldOf } from './support/world.ts';

describe('a call that is for one instance', () => {
  it('goes to nobody else, though another comes first', async () => {
    const { send, asked } = scripted({ capability: sending('keyed'), script: { a: ['A'], b: ['B'] } });
    expect(await send({ instance: 'b' })).to.include({ value: 'B', instance: 'b' });
    expect(asked.map(({ instance }) => instance)).to.deep.equal(['b']);
  });

  it('fails rather than go elsewhere', async () => {
    const { send, asked } = scripted({ script: { a: ['A'], b: [status(401)] } });
    expect(await rejectionOf(send({ instance: 'b' }))).to.have.property('code', 'PROVIDER_UNAVAILABLE');
    expect(asked.map(({ instance }) => instance)).to.deep.equal(['b']);
  });

  it('may go to another that shares its account', async () => {
    const { send } = scripted({
      script: { a: ['A'], b: [status(401)], c: ['C'] },
      instances: (name) => (name === 'a' ? {} : { deduplication: 'account' }),
    });
    expect(await send({ instance: 'b' })).to.include({ value: 'C', instance: 'c' });
  });

  it('is told of a name that there is not', async () => {
    const { send, asked } = scripted({ script: { 'pay-eu': ['A'] } });
    const error = await rejectionOf(send({ instance: 'pay-us' }));
    expect(error).to.include({ code: 'PROVIDER_INSTANCE_UNKNOWN' });
    expect(error.message).to.contain('Did you mean "pay-eu"?');
    expect(asked).to.deep.equal([]);
  });

  it('is told by a dry run, too', async () => {
    const { send } = scripted({ script: { a: ['A'], b: ['B'] } });
    expect(await send({ instance: 'b', dryRun: true })).to.include({ instance: 'b' });
  });
});

describe('the instance of a result', () => {
  it('is who has answered, not who was asked first', async () => {
    const { send } = scripted({ script: { a: [status(503, 1)], b: ['B'] } });
    expect(await send()).to.include({ instance: 'b' });
  });

  it('is known of work that the journal answers, and of work that was found out about', async () => {
    const { send } = scripted({
      capability: sending('keyed'),
      script: { a: [status(500)], b: ['B'] },
      reconcile: () => ({ state: 'done', value: 'found' }),
    });
    expect(await send()).to.include({ value: 'found', instance: 'a' });
    expect(await send()).to.include({ value: 'found', instance: 'a' });
  });

  it('is the faster of two that were asked at the same time', async () => {
    const { send } = scripted({
      capability: sending('read', { hedge: { after: 100 } }),
      script: { a: [silence], b: ['B'] },
    });
    expect(await send()).to.include({ value: 'B', instance: 'b' });
  });
});

describe('what an API sends of its own accord', () => {
  const request = { headers: {}, body: Buffer.from('{"id":1}'), now: 0 };
  const providersWith = (webhook: Parameters<typeof defineDriver>[1]['webhook']) => {
    const driver = defineDriver('fake', {
      capability: 'mail',
      config: Type.Object({}),
      secrets: ['key'],
      create: () => ({ send: () => 'sent' }),
      ...(webhook ? { webhook } : {}),
    });
    const secrets = { key: new Secret('hunter2hunter2') };
    const store = new MemoryInstances([{ capability: 'mail', driver: 'fake', name: 'a', secrets }]);
    const world = worldOf(sending('keyed'), [driver]);
    return new Providers({ world: () => world, stores: [store], clock: new VirtualClock() });
  };

  it('is verified by the driver of the instance, also while that cannot be asked', async () => {
    await using providers = providersWith((_client, { body }) => ({
      state: 'verified',
      events: [JSON.parse(Buffer.from(body).toString())],
    }));
    expect(await providers.webhook('mail', 'a', request)).to.deep.equal({
      state: 'verified',
      events: [{ id: 1 }],
    });
    expect(providers.counts()).to.deep.equal([]);
    expect(await providers.webhook('mail', 'b', request)).to.equal(undefined);
  });

  it('is refused where the driver takes none', async () => {
    await using providers = providersWith(undefined);
    expect(await providers.webhook('mail', 'a', request)).to.deep.equal({
      state: 'refused',
      reason: 'The driver "fake" takes no webhooks.',
    });
  });

  it('shows no credential in what its driver throws', async () => {
    await using providers = providersWith(() => {
      throw new Error('wrong key hunter2hunter2');
    });
    const error = await rejectionOf(providers.webhook('mail', 'a', request));
    expect(error.message).to.equal('wrong key ***');
  });
});
