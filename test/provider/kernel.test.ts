import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { extensionFolder, type TestKernelOptions, testKernel, until } from '../../kernel/testing/index.ts';

declare module 'backplane' {
  interface Capabilities {
    'test-payment': typeof payment;
  }
}

import {
  type Capabilities,
  defineCapability,
  defineDriver,
  type Providers,
  Type,
} from '../../kernel/index.ts';

const payment = defineCapability('test-payment', {
  operations: {
    charge: {
      safety: 'keyed',
      input: Type.Object({ amount: Type.Integer() }),
      output: Type.Object({ id: Type.String() }),
    },
    balance: { safety: 'read', input: Type.Object({}), output: Type.Object({ cents: Type.Integer() }) },
  },
});

const shop = {
  'manifest.json': { name: 'shop', version: '1.0.0' },
  'capabilities/payment.ts': `
    import { defineCapability, Type } from 'backplane';
    export default defineCapability('test-payment', {
      operations: {
        charge: { safety: 'keyed', input: Type.Object({ amount: Type.Integer() }), output: Type.Object({ id: Type.String() }) },
        balance: { safety: 'read', input: Type.Object({}), output: Type.Object({ cents: Type.Integer() }) },
      },
    });`,
  'routes/pay.ts': `
    import { route } from 'backplane';
    export default route.post('/:order', {}, async ({ params, services }) => {
      const { value, attempts } = await services.providers.for('test-payment').charge({ amount: 1 }, { operationId: params.order });
      return { ...value, by: attempts[0]?.instance };
    });`,
};

const driver = (version: string): string => `
  import { setTimeout as delay } from 'node:timers/promises';
  import { defineDriver, Type } from 'backplane';
  export default defineDriver('fakepay', {
    capability: 'test-payment',
    config: Type.Object({ prefix: Type.String({ default: 'ch' }) }),
    secrets: ['apiKey'],
    create: ({ prefix }, { apiKey }) => ({
      async charge(_input, { key, signal }) {
        await delay(2, undefined, { signal });
        if (apiKey.reveal() !== 'hunter2hunter2') throw new Error('wrong key');
        return { id: [prefix, key, '${version}'].join('-') };
      },
      balance: () => ({ cents: 1 }),
    }),
  });`;

const provider = (version: string) => ({
  'manifest.json': {
    name: 'fakepay',
    version: '1.0.0',
    capability: 'test-payment',
    dependencies: { shop: '^1.0.0' },
  },
  'drivers/fakepay.ts': driver(version),
});

const settings = {
  providers: {
    'test-payment': [{ name: 'main', driver: 'fakepay', secrets: { apiKey: { env: 'FAKEPAY_KEY' } } }],
  },
};
const env = { FAKEPAY_KEY: 'hunter2hunter2' };

describe('providers in a kernel', () => {
  it('serve a route by the instance that settings name, and show its credentials nowhere', async () => {
    using extension = extensionFolder(shop);
    using folder = extensionFolder(provider('1'));
    await using kernel = await testKernel({ extensions: [extension, folder], settings, env });
    const { status, body } = await kernel.inject('POST', '/shop/order-1');
    expect([status, JSON.parse(body)]).to.deep.equal([200, { id: 'ch-charge:order-1-1', by: 'main' }]);
    expect(JSON.stringify([kernel.logs, kernel.service('providers').list()])).to.not.contain('hunter2');
    expect(kernel.logs.some(({ msg }) => msg === 'provider attempt')).to.equal(true);
  });

  it('go on without a failed call while a driver is edited, and keep what they know of its instances', async () => {
    using extension = extensionFolder(shop);
    using folder = extensionFolder(provider('0'));
    await using kernel = await testKernel({ extensions: [extension, folder], settings, env });
    const providers = kernel.service('providers');
    const client = providers.for('test-payment');
    let running = true;
    let calls = 0;
    const failed: unknown[] = [];
    const versions = new Set<string | undefined>();
    const caller = async (): Promise<void> => {
      while (running) {
        calls += 1;
        await client.charge({ amount: 1 }, { operationId: `${calls}` }).then(
          ({ value }) => versions.add(value.id.split('-').at(-1)),
          (error: unknown) => failed.push(error),
        );
      }
    };
    const callers = Array.from({ length: 20 }, caller);
    for (let version = 1; version <= 5; version += 1) {
      folder.write({ 'drivers/fakepay.ts': driver(String(version)) });
      await kernel.extensions.sync(['fakepay']);
    }
    await until(() => versions.has('5'));
    running = false;
    await Promise.all(callers);
    expect(failed).to.deep.equal([]);
    expect(versions).to.include('5');
    expect(providers.list()).to.have.nested.property('[0].uses', calls);
  });

  it('take other instances when settings change, without a restart', async () => {
    using extension = extensionFolder(shop);
    using folder = extensionFolder(provider('1'));
    const written = (name: string): string =>
      `export default { 'test-payment': [{ name: '${name}', driver: 'fakepay', secrets: { apiKey: { env: 'FAKEPAY_KEY' } } }] };`;
    const files = { 'config/providers.ts': written('first') };
    await using kernel = await testKernel({ extensions: [extension, folder], files, env });
    const by = async (order: string): Promise<string> =>
      JSON.parse((await kernel.inject('POST', `/shop/${order}`)).body).by;
    expect(await by('1')).to.equal('first');
    await kernel.watch();
    writeFileSync(join(kernel.root, 'config/providers.ts'), written('second'));
    let order = 1;
    await until(async () => {
      order += 1;
      return (await by(String(order))) === 'second';
    });
  });

  it('say what is wrong with an instance, and start without it', async () => {
    using extension = extensionFolder(shop);
    using folder = extensionFolder(provider('1'));
    const wrong = {
      providers: {
        'test-payment': [
          { name: 'a', driver: 'fakepya', secrets: {} },
          { name: 'b', driver: 'fakepay', config: { prefix: 1 } },
          { name: 'c', driver: 'fakepay', secrets: { apiKey: { env: 'NOT_SET' } } },
          { name: 'd', driver: 'fakepay', weigth: 1 },
        ],
      },
    };
    await using kernel = await testKernel({ extensions: [extension, folder], settings: wrong });
    const { status, body, headers } = await kernel.inject('POST', '/shop/order-1');
    expect(headers['retry-after']).to.equal('1');
    expect([status, JSON.parse(body).detail]).to.deep.equal([
      503,
      'A service that this needs is not available.',
    ]);
    expect(
      kernel
        .service('providers')
        .list()
        .map(({ instance, state, reason }) => [instance, state, reason]),
    ).to.deep.equal([
      [
        'a',
        'invalid',
        'There is no driver "fakepya" of "test-payment". Did you mean "fakepay"? Is the provider that has it active?',
      ],
      ['b', 'invalid', '/secrets/apiKey is required. /config/prefix must be a text.'],
      ['c', 'invalid', '/secrets/apiKey needs NOT_SET, which is not set.'],
      ['d', 'invalid', '/weigth is not a known property. Did you mean "weight"?'],
    ]);
    const said = kernel.logs.map(({ msg }) => msg).join('\n');
    expect(said).to.contain('/secrets/apiKey needs NOT_SET, which is not set.');
    expect(said).to.contain('/weigth is not a known property.');
  });

  it('may leave out credentials that are optional, and have no others', async () => {
    using extension = extensionFolder(shop);
    using folder = extensionFolder({
      ...provider('1'),
      'drivers/fakepay.ts': driver('1')
        .replace('secrets:', 'optionalSecrets:')
        .replace("apiKey.reveal() !== 'hunter2hunter2'", "apiKey && apiKey.reveal() !== 'hunter2hunter2'"),
    });
    const of = (name: string, secrets?: object) => ({ name, driver: 'fakepay', ...(secrets && { secrets }) });
    const instances = [
      of('a'),
      of('b', { apiKey: 'hunter2hunter2' }),
      of('c', { apiKy: 'x' }),
      { ...of('d'), config: { prefx: 'shop-' } },
    ];
    await using kernel = await testKernel({
      extensions: [extension, folder],
      settings: { providers: { 'test-payment': instances } },
    });
    const listed = kernel.service('providers').list();
    expect(listed.map(({ instance, reason }) => [instance, reason])).to.deep.equal([
      ['a', undefined],
      ['b', undefined],
      ['c', '/secrets/apiKy is no credential of "fakepay". Did you mean "apiKey"?'],
      ['d', '/config/prefx is no field of "fakepay". Did you mean "prefix"?'],
    ]);
    expect((await kernel.inject('POST', '/shop/order-1')).status).to.equal(200);
  });

  it('are answered by the fallback of a capability while it has no instance, except in production', async () => {
    using extension = extensionFolder({
      'manifest.json': { name: 'notes', version: '1.0.0' },
      'capabilities/note.ts': `
        import { defineCapability, Type } from 'backplane';
        const operations = { write: { safety: 'idempotent', input: Type.Object({}), output: Type.Object({ by: Type.String() }) } };
        export default defineCapability('test-note', { fallback: 'paper', operations });`,
      'drivers/paper.ts': `
        import { defineDriver, Type } from 'backplane';
        const config = Type.Object({ by: Type.String({ default: 'paper' }) });
        export default defineDriver('paper', { capability: 'test-note', config, create: ({ by }) => ({ write: () => ({ by }) }) });`,
      'routes/note.ts': `
        import { route } from 'backplane';
        export default route.post('/', {}, async ({ services }) => (await services.providers.for('test-note').write({})).value);`,
    });
    const configured = {
      providers: { 'test-note': [{ name: 'desk', driver: 'paper', config: { by: 'desk' } }] },
    };
    const answerOf = async (options: Omit<TestKernelOptions, 'extensions'>): Promise<unknown> => {
      await using kernel = await testKernel({ extensions: [extension], ...options });
      const { status, body } = await kernel.inject('POST', '/notes');
      return status === 200 ? JSON.parse(body).by : status;
    };
    expect(await answerOf({})).to.equal('paper');
    expect(await answerOf({ settings: configured })).to.equal('desk');
    expect(await answerOf({ env: { NODE_ENV: 'production' } })).to.equal(503);
    const unread = [{ name: 'desk', driver: 'paper', secrets: { key: { env: 'NOT_SET' } } }];
    expect(await answerOf({ settings: { providers: { 'test-note': unread } } })).to.equal(503);
  });

  it('refuse a driver whose provider folder is for another capability', async () => {
    using extension = extensionFolder(shop);
    using folder = extensionFolder({
      ...provider('1'),
      'manifest.json': { name: 'fakepay', version: '1.0.0', capability: 'mail' },
    });
    const error: unknown = await testKernel({ extensions: [extension, folder] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.contain(
      'the driver "fakepay" is for "test-payment", but manifest.json says "capability": "mail"',
    );
  });
});

describe('types of providers', () => {
  it('come from the declared capabilities', () => {
    const use = async (providers: Providers): Promise<string> => {
      const client = providers.for('test-payment');
      // @ts-expect-error a keyed operation needs an operationId
      await client.charge({ amount: 1 });
      // @ts-expect-error another type of input
      await client.charge({ amount: '1' }, { operationId: 'x' });
      // @ts-expect-error no such operation
      await client.refund({});
      await client.balance({});
      return (await client.charge({ amount: 1 }, { operationId: 'x' })).value.id;
    };
    const wrong = () =>
      defineDriver('wrong', {
        capability: 'test-payment',
        config: Type.Object({}),
        // @ts-expect-error balance is missing, and the id is no number
        create: () => ({ charge: () => ({ id: 1 }) }),
      });
    const named: keyof Capabilities = 'test-payment';
    expect([use.length, wrong.length, named]).to.deep.equal([1, 0, 'test-payment']);
  });
});
