import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { defineDriver, type InstanceDefinition, ResponseError, Secret, Type } from '../../kernel/index.ts';
import { extensionFolder, testKernel, until, VirtualClock } from '../../kernel/testing/index.ts';
import { silence } from './support/scripted.ts';
import { sending, setUp } from './support/world.ts';

interface Definition extends Partial<InstanceDefinition> {
  readonly name: string;
  readonly key?: string;
}

/** Definitions as settings that are read anew give them: equal to those before, but other objects. */
const read = (...written: readonly Definition[]): InstanceDefinition[] =>
  written.map(({ key = 'secret-1', ...rest }) => ({
    capability: 'mail',
    driver: 'fake',
    config: { region: 'eu' },
    secrets: { apiKey: new Secret(key) },
    ...rest,
  }));

/** What happens to clients, in order, and who answers. */
function world(...instances: readonly Definition[]) {
  const events: string[] = [];
  const clock = new VirtualClock();
  let made = 0;
  const answers = new Map<string, () => unknown>();
  const driver = defineDriver('fake', {
    capability: 'mail',
    config: Type.Object({ region: Type.String(), size: Type.Integer({ default: 1 }) }),
    secrets: ['apiKey'],
    create(_config, { apiKey }) {
      made += 1;
      const id = made;
      events.push(`made ${id}`);
      return { id, send: () => answers.get(apiKey.reveal())?.() ?? id };
    },
    dispose: (client) => void events.push(`disposed ${'id' in client ? client.id : ''}`),
  });
  const { providers, store } = setUp({
    capability: sending('read'),
    driver,
    instances: read(...instances),
    clock,
  });
  const send = async (): Promise<string | undefined> => {
    const result = await clock.until(providers.for('mail').send?.({}) ?? silence);
    return result.attempts.at(-1)?.instance;
  };
  return { events, clock, answers, providers, store, send };
}

describe('an instance whose settings are saved again', () => {
  it('keeps its client, its breaker, its latency and its count of calls where nothing has changed', async () => {
    const { events, clock, answers, providers, store, send } = world({ name: 'a' });
    answers.set('secret-1', () => Promise.reject(new ResponseError(500)));
    for (let call = 0; call < 5; call += 1) await send().catch(() => {});
    const before = providers.list();
    expect(before[0]).to.include({ state: 'open' });
    store.replace(read({ name: 'a' }));
    expect(providers.list()).to.deep.equal(before);
    answers.clear();
    await clock.advance(10_000);
    expect(await send()).to.equal('a');
    expect(events).to.deep.equal(['made 1']);
  });

  it('is given another priority and weight at once, without another client', async () => {
    const { events, store, send } = world({ name: 'a' }, { name: 'b', key: 'secret-2', priority: 1 });
    expect(await send()).to.equal('a');
    store.replace(read({ name: 'a', priority: 2, weight: 3 }, { name: 'b', key: 'secret-2', priority: 1 }));
    expect(await send()).to.equal('b');
    store.replace(read({ name: 'a', enabled: false }, { name: 'b', key: 'secret-2' }));
    expect(await send()).to.equal('b');
    expect(events.filter((event) => event.startsWith('made'))).to.deep.equal(['made 1', 'made 2']);
  });

  it('heeds another limit of calls on their way at once, with those that are on their way', async () => {
    const { answers, providers, store } = world({ name: 'a' });
    answers.set('secret-1', () => silence);
    void providers
      .for('mail')
      .send?.({})
      .catch(() => {});
    store.replace(read({ name: 'a', concurrency: 1 }));
    const refused: unknown = await providers
      .for('mail')
      .send?.({})
      .catch((error: unknown) => error);
    expect(String(refused)).to.contain('"a" has 1 calls on their way');
  });

  it('finishes running calls on its client, which is released after the last of them only', async () => {
    const { events, answers, providers, store } = world({ name: 'a' });
    const answer = Promise.withResolvers<unknown>();
    answers.set('secret-1', () => answer.promise);
    const call = providers.for('mail').send?.({});
    store.replace(read({ name: 'a', priority: 1 }));
    providers.list();
    store.replace([]);
    providers.list();
    expect(events).to.deep.equal(['made 1']);
    answer.resolve('late');
    expect((await call)?.value).to.equal('late');
    expect(events).to.deep.equal(['made 1', 'disposed 1']);
  });

  for (const [what, changed] of Object.entries({
    'other credentials': { name: 'a', key: 'secret-2' },
    'another configuration': { name: 'a', config: { region: 'us' } },
  })) {
    it(`is another one with ${what}: what was known of it does not hold any more`, async () => {
      const { events, answers, providers, store, send } = world({ name: 'a' });
      answers.set('secret-1', () => Promise.reject(new ResponseError(401)));
      await send().catch(() => {});
      expect(providers.list()[0]).to.include({ state: 'disabled' });
      answers.clear();
      store.replace(read(changed));
      expect(await send()).to.equal('a');
      expect(events).to.deep.equal(['made 1', 'disposed 1', 'made 2']);
    });
  }
});

describe('a kernel whose config/providers.ts is saved', () => {
  it('makes no client anew but that of the instance that has changed', async () => {
    using extension = extensionFolder({
      'manifest.json': { name: 'counter', version: '1.0.0' },
      'capabilities/count.ts': `
        import { defineCapability, Type } from 'backplane';
        export default defineCapability('count', {
          operations: { count: { safety: 'read', input: Type.Unknown(), output: Type.String() } },
        });`,
      'drivers/fake.ts': `
        import { defineDriver, Type } from 'backplane';
        let made = 0;
        export default defineDriver('fake', {
          capability: 'count',
          config: Type.Object({ region: Type.String() }),
          secrets: ['apiKey'],
          create({ region }) {
            made += 1;
            const client = region + ' ' + made;
            return { count: () => client };
          },
        });`,
    });
    const written = (priority: number, region: string): string => `export default { count: [
      { name: 'a', driver: 'fake', priority: ${priority}, config: { region: 'eu' }, secrets: { apiKey: 'x' } },
      { name: 'b', driver: 'fake', priority: 1, config: { region: '${region}' }, secrets: { apiKey: 'x' } },
    ] };`;
    const file = 'config/providers.ts';
    await using kernel = await testKernel({ extensions: [extension], files: { [file]: written(0, 'us') } });
    const ask = async (): Promise<unknown> =>
      (await kernel.service('providers').for('count').count?.({}))?.value;
    expect(await ask()).to.equal('eu 1');
    await kernel.watch();
    writeFileSync(join(kernel.root, file), written(2, 'us'));
    await until(async () => (await ask()) === 'us 2');
    writeFileSync(join(kernel.root, file), written(0, 'asia'));
    await until(async () => (await ask()) === 'eu 1');
    writeFileSync(join(kernel.root, file), written(2, 'asia'));
    await until(async () => (await ask()) === 'asia 3');
  });
});
