import { expect } from 'chai';
import { testKernel } from '../../kernel/testing/index.ts';
import { administered, instance, key, ping } from './shop.ts';

describe('the administration of providers', () => {
  it('shows every instance with its state, what it waits for and its attempts, and no credential', async () => {
    await using app = await administered([
      instance('well'),
      instance('refused', { status: 401 }, { priority: -3 }),
      instance('throttled', { status: 429, retryAfter: '60' }, { priority: -2 }),
      instance('off', {}, { enabled: false }),
      { name: 'wrong', driver: 'fakepya', secrets: { apiKey: key } },
    ]);
    await ping(app.kernel);
    const { status, json } = await app.ask('GET', '');
    expect(status).to.equal(200);
    const told = Object.fromEntries(json.map((one: { instance: string }) => [one.instance, one]));
    expect(told.well).to.deep.include({
      capability: 'admin-payment',
      driver: 'fakepay',
      source: 'settings',
      state: 'ready',
      secrets: ['apiKey'],
      uses: 1,
      pending: 0,
      attempts: [{ operation: 'ping', outcome: 'ok', count: 1 }],
    });
    expect(told.well).to.not.have.any.keys('reason', 'until', 'tenant');
    expect(told.refused).to.deep.include({
      state: 'disabled',
      reason: 'its configuration or credentials were refused (401)',
      attempts: [{ operation: 'ping', outcome: 'config', count: 1 }],
    });
    expect(told.throttled).to.include({ state: 'resting', reason: 'it was throttled' });
    expect(Date.parse(told.throttled.until) - Date.now()).to.be.within(50_000, 61_000);
    expect(told.off).to.include({ state: 'disabled' });
    expect(told.wrong).to.deep.include({ state: 'invalid', secrets: ['apiKey'] });
    expect(told.wrong.reason).to.include('Did you mean "fakepay"?');
    expect(JSON.stringify(json)).to.not.include('hunter2');
  });

  it('shows one with how it is written, and nothing of it that is or looks like a credential', async () => {
    const note = `https://shop:${key}@pay.test and https://shop:another@pay.test`;
    await using app = await administered([
      instance('main', { note, password: 'swordfish' }, { priority: 2, quotaGroup: 'account' }),
    ]);
    const { json } = await app.ask('GET', '/admin-payment/main');
    expect(json.settings).to.deep.equal({
      driver: 'fakepay',
      priority: 2,
      quotaGroup: 'account',
      config: {
        note: 'https://shop:***@pay.test and https://shop:***@pay.test',
        password: '[Redacted]',
      },
    });
    expect(json.place).to.include('[0]');
    expect(JSON.stringify(json)).to.not.match(/hunter2|swordfish|another/);
  });

  it('tells what instances can be made of', async () => {
    await using app = await administered([]);
    const { json } = await app.ask('GET', '/drivers');
    expect(json.capabilities).to.deep.equal([
      {
        name: 'admin-payment',
        extension: 'shop',
        tenants: 'shared',
        strategy: 'least-loaded',
        operations: [
          { name: 'charge', safety: 'keyed' },
          { name: 'ping', safety: 'read' },
        ],
      },
    ]);
    const [driver] = json.drivers;
    expect(driver).to.deep.include({ name: 'fakepay', secrets: ['apiKey'], health: true, reconcile: false });
    expect(driver.config.properties.status).to.deep.equal({ type: 'integer', default: 200 });
  });

  it('tests by the health check of the driver, and tells what it says without credentials', async () => {
    await using app = await administered([
      instance('well'),
      instance('ill', { status: 500 }),
      { name: 'plain', driver: 'plain' },
      { name: 'wrong', driver: 'fakepay' },
    ]);
    const test = async (name: string) => (await app.ask('POST', `/admin-payment/${name}/test`)).json;
    expect(await test('well'))
      .to.include({ outcome: 'ok', driver: 'fakepay' })
      .and.to.have.property('ms');
    expect(await test('ill')).to.include({
      outcome: 'failed',
      class: 'transient',
      message: 'key *** is refused: 1',
    });
    expect(await test('plain')).to.include({
      outcome: 'unchecked',
      message: 'The driver "plain" has no health check.',
    });
    expect(await test('wrong')).to.include({ outcome: 'invalid', message: '/secrets/apiKey is required.' });
    const { json } = await app.ask('GET', '');
    // Calls learn nothing from it, and it counts as none of them.
    expect(
      json.every((one: { uses: number; attempts: unknown[] }) => one.uses + one.attempts.length === 0),
    ).to.equal(true);
  });

  it('switches an instance off and on again', async () => {
    await using app = await administered([instance('main')]);
    const off = await app.ask('POST', '/admin-payment/main/disable?reason=its%20contract%20ends');
    expect([off.status, off.json.state, off.json.reason]).to.deep.equal([
      200,
      'disabled',
      'its contract ends',
    ]);
    expect(await ping(app.kernel)?.catch((error: { code: string }) => error.code)).to.equal(
      'PROVIDER_UNAVAILABLE',
    );
    const on = await app.ask('POST', '/admin-payment/main/enable');
    expect([on.status, on.json.state]).to.deep.equal([200, 'ready']);
    expect((await ping(app.kernel))?.value).to.deep.equal({ id: 'pong' });
  });

  it('refuses what is not there with the nearest name, and what cannot be used with the reason', async () => {
    await using app = await administered([instance('main'), { name: 'wrong', driver: 'fakepay' }]);
    for (const action of ['enable', 'disable', 'test']) {
      const { status, json } = await app.ask('POST', `/admin-payment/mian/${action}`);
      expect([status, json.code]).to.deep.equal([404, 'PROVIDER_INSTANCE_UNKNOWN']);
      expect(json.detail).to.include('Did you mean "main"?');
    }
    const elsewhere = await app.ask('GET', '/admin-paymnet/main');
    expect(elsewhere.json.detail).to.include('Did you mean "admin-payment/main"?');
    const { status, json } = await app.ask('POST', '/admin-payment/wrong/enable');
    expect([status, json.code]).to.deep.equal([409, 'PROVIDER_INSTANCE_UNUSABLE']);
    expect(json.detail).to.include('/secrets/apiKey is required. Mend that first.');
  });

  it('is for administrators only, and off without a root API key', async () => {
    await using app = await administered([instance('main')]);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/drivers'],
      ['GET', '/attempts'],
      ['GET', '/admin-payment/main'],
      ['PUT', '/admin-payment/main'],
      ['DELETE', '/admin-payment/main'],
      ['POST', '/admin-payment/main/test'],
      ['POST', '/admin-payment/main/disable'],
      ['POST', '/rekey'],
    ] as const) {
      const { status } = await app.kernel.inject(method, `/kernel/providers${path}`);
      expect([path, status]).to.deep.equal([path, 401]);
    }
    expect(app.kernel.service('providers').list()[0]).to.include({ state: 'ready' });
    await using closed = await administered([instance('main')], { NODE_ENV: 'production', ROOT_API_KEY: '' });
    expect((await closed.ask('GET', '')).status).to.equal(404);
  });

  it('stands in the document of the API with what it takes and answers', async () => {
    await using kernel = await testKernel({ extensions: ['openapi'], env: { ROOT_API_KEY: 'a-key' } });
    const { paths } = (await kernel.inject('GET', '/openapi.json')).json() as {
      // biome-ignore lint/suspicious/noExplicitAny: a document of any shape
      readonly paths: Readonly<Record<string, Readonly<Record<string, any>>>>;
    };
    const one = paths['/kernel/providers/{capability}/{instance}'];
    expect(one).to.have.all.keys('get', 'put', 'delete');
    expect(one?.put.responses).to.include.keys('200', '201', '409', '422');
    const body = JSON.stringify(one?.put.requestBody.content['application/json'].schema);
    expect(body).to.include('quotaGroup').and.include('is kept encrypted');
  });
});
