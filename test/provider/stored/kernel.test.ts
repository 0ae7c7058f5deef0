import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from 'backplane/data';
import { expect } from 'chai';
import { migrateKernel } from '../../../kernel/migrations.ts';
import { extensionFolder, type TestKernel, testKernel, until } from '../../../kernel/testing/index.ts';
import { onEveryDatabase, urlOfDatabase } from '../../data/support/databases.ts';
import { openGateway } from '../../data/support/gateway.ts';
import { inEveryPlace } from '../support/places.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { rejectionOf } from '../support/scripted.ts';

const shop = {
  'manifest.json': { name: 'shop', version: '1.0.0' },
  'capabilities/till.ts': `
    import { defineCapability, Type } from 'backplane';
    export default defineCapability('till', {
      operations: {
        charge: { safety: 'keyed', input: Type.Unknown(), output: Type.Unknown() },
        balance: { safety: 'read', input: Type.Unknown(), output: Type.Unknown() },
      },
    });`,
  'drivers/drawer.ts': `
    import { defineDriver, Type } from 'backplane';
    let asked = 0;
    export default defineDriver('drawer', {
      capability: 'till',
      config: Type.Object({}),
      secrets: ['pin'],
      create: (_config, { pin }) => ({
        charge: () => ({ number: (asked += 1) }),
        balance: () => ({ pin: pin.reveal().length }),
      }),
      reconcile: () => ({ state: 'done', value: 'found out' }),
    });`,
};

const written = (name: string, more: object = {}) => ({
  name,
  driver: 'drawer',
  secrets: { pin: 'hunter2' },
  ...more,
});
const settings = { providers: { till: [written('fixed', { priority: 9 })] } };
const production = { NODE_ENV: 'production', JWT_SECRET: 'j'.repeat(40), ROOT_API_KEY: 'r'.repeat(40) };

const call = (kernel: TestKernel, operation: 'charge' | 'balance', operationId = 'order-1') =>
  kernel.service('providers').for('till')[operation]?.({}, { operationId }) ?? Promise.reject();

const messagesOf = ({ logs }: TestKernel): string => logs.map(({ msg }) => msg).join('\n');

describe('what providers keep', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'backplane-kept-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  inEveryPlace('is there after a restart', (makePlace) => {
    it('with instances before it is ready, and work that was done', async () => {
      const { url } = await makePlace();
      using extension = extensionFolder(shop);
      const options = { extensions: [extension], env: { DATABASE_URL: url, SECRETS_KEY: 'ab'.repeat(32) } };
      {
        await using kernel = await testKernel(options);
        const providers = kernel.service('providers');
        expect(providers.journalKept).to.equal('database');
        await providers.put('till', written('main'));
        expect(await call(kernel, 'charge')).to.have.nested.property('value.number', 1);
      }
      await using kernel = await testKernel(options);
      expect(kernel.service('providers').list()).to.have.nested.property('[0].instance', 'main');
      expect(await call(kernel, 'charge')).to.deep.include({ value: { number: 1 }, attempts: [] });
      expect(JSON.stringify(kernel.logs)).to.not.contain('hunter2');
    });

    it('and counts when production says what nobody can be asked for', async () => {
      const { url } = await makePlace();
      using extension = extensionFolder(shop);
      const env = { ...production, DATABASE_URL: url, SECRETS_KEY: 'ab'.repeat(32), AUTO_MIGRATE: 'true' };
      const options = { extensions: [extension], env };
      {
        await using kernel = await testKernel(options);
        expect(messagesOf(kernel)).to.contain('No instance of "till" is configured').and.contain('drawer');
        await kernel.service('providers').put('till', written('main'));
      }
      await using kernel = await testKernel(options);
      expect(messagesOf(kernel)).to.not.contain('No instance of');
    });

    it('and what was left unknown is found out about by itself', async () => {
      const { url, open } = await makePlace();
      using extension = extensionFolder(shop);
      const env = { DATABASE_URL: url, SECRETS_KEY: 'ab'.repeat(32) };
      const database = open();
      {
        await using kernel = await testKernel({ extensions: [extension], env });
        await kernel.service('providers').put('till', written('main'));
        await call(kernel, 'charge');
        // As if its answer had been lost.
        const sql = `update backplane_provider_attempts set state = 'unknown', value = null`;
        await database.run(sql);
      }
      await using kernel = await testKernel({ extensions: [extension], env });
      const state = `select state from backplane_provider_attempts`;
      await until(async () => (await database.run(state))[0]?.state === 'ok', { timeout: 40_000 });
      // Whoever wrote it lets go of it a moment later.
      const answer = await until(() => call(kernel, 'charge').catch(() => undefined));
      expect(answer).to.deep.include({ value: 'found out', attempts: [] });
    }).timeout(60_000);
  });

  it('is nothing, and nothing is opened or made, where there is no capability', async () => {
    using extension = extensionFolder({ 'manifest.json': { name: 'plain', version: '1.0.0' } });
    const file = join(folder, 'none.sqlite');
    await using kernel = await testKernel({
      extensions: [extension],
      env: { DATABASE_URL: `sqlite:${file}`, SECRETS_KEY: '' },
    });
    expect(kernel.service('providers').list()).to.deep.equal([]);
    expect([existsSync(file), existsSync(join(kernel.root, 'var', 'secrets-key'))]).to.deep.equal([
      false,
      false,
    ]);
  });

  it('is kept in memory where the database is, which is said', async () => {
    using extension = extensionFolder(shop);
    await using kernel = await testKernel({ extensions: [extension] });
    expect(kernel.service('providers').journalKept).to.equal('memory');
    await kernel.service('providers').put('till', written('main'));
    expect(await call(kernel, 'charge')).to.have.nested.property('attempts[0].instance', 'main');
  });

  it('begins with the first capability that is dropped in', async () => {
    using extension = extensionFolder({ 'manifest.json': { name: 'shop', version: '1.0.0' } });
    const file = join(folder, 'later.sqlite');
    await using kernel = await testKernel({
      extensions: [extension],
      env: { DATABASE_URL: `sqlite:${file}` },
    });
    expect(existsSync(file)).to.equal(false);
    extension.write(shop);
    await kernel.extensions.sync(['shop']);
    await until(() => messagesOf(kernel).includes('applied kernel/0001_providers'));
  });

  it('is encrypted in development by a key that is made when it is needed, for its owner only', async () => {
    using extension = extensionFolder(shop);
    const file = join(folder, 'dev.sqlite');
    const env = { DATABASE_URL: `sqlite:${file}`, NODE_ENV: 'development', SECRETS_KEY: '', WATCH: 'false' };
    await using kernel = await testKernel({ extensions: [extension], env });
    const key = join(kernel.root, 'var', 'secrets-key');
    expect(existsSync(key)).to.equal(false);
    await kernel.service('providers').put('till', written('main'));
    expect(Buffer.from(readFileSync(key, 'utf8'), 'base64')).to.have.length(32);
    if (process.platform !== 'win32') expect(statSync(key).mode & 0o777).to.equal(0o600);
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name), 'latin1').includes('hunter2'), name).to.equal(false);
    }
  });

  it('waits for migrations that are not to run by themselves, while reads go on', async () => {
    using extension = extensionFolder(shop);
    const url = `sqlite:${join(folder, 'pending.sqlite')}`;
    const env = { ...production, DATABASE_URL: url, AUTO_MIGRATE: 'false' };
    await using kernel = await testKernel({ extensions: [extension], env, settings });
    expect(messagesOf(kernel)).to.contain('kernel/0001_providers').and.contain('Run "backplane db migrate"');
    expect(await call(kernel, 'balance')).to.have.nested.property('value.pin', 7);
    const failed = await rejectionOf(call(kernel, 'charge'));
    expect(failed.code).to.equal('PROVIDER_JOURNAL_FAILED');
    expect(failed.message).to.contain('backplane db migrate');
    const refused = await rejectionOf(kernel.service('providers').disable('till', 'fixed'));
    expect(refused.code).to.equal('PROVIDER_STORE_FAILED');
    await using database = new Database({ url });
    await migrateKernel(database, { auto: true, log: recordedLog().log });
    await until(() => call(kernel, 'charge'));
    const missing = await rejectionOf(kernel.service('providers').put('till', written('main')));
    expect(missing.code).to.equal('SECRETS_KEY_MISSING');
  });

  it('can be called before and after a transaction of SQLite, and says so within', async () => {
    using extension = extensionFolder(shop);
    const env = { DATABASE_URL: `sqlite:${join(folder, 'busy.sqlite')}`, SECRETS_KEY: 'ab'.repeat(32) };
    await using kernel = await testKernel({ extensions: [extension], env, settings });
    const database = kernel.service('databases').get();
    const begun = performance.now();
    const within = await database.transaction(async () => [
      await rejectionOf(call(kernel, 'charge')),
      await rejectionOf(kernel.service('providers').put('till', written('main'))),
      await call(kernel, 'balance'),
    ]);
    expect(performance.now() - begun).to.be.below(2_000);
    expect(within).to.have.nested.property('[0].code', 'PROVIDER_OPERATION_IN_TRANSACTION');
    expect(within).to.have.nested.property('[1].code', 'PROVIDER_STORE_FAILED');
    expect(within).to.have.nested.property('[2].value.pin', 7);
    expect(await call(kernel, 'charge')).to.have.property('value');
  });

  onEveryDatabase(
    'is missed as little as can be while there is no database',
    (openDatabase) => {
      it('and comes back by itself', async () => {
        const gateway = await openGateway(await urlOfDatabase(await openDatabase()));
        await gateway.vanish();
        using extension = extensionFolder(shop);
        const env = { DATABASE_URL: gateway.url, SECRETS_KEY: 'ab'.repeat(32) };
        await using kernel = await testKernel({ extensions: [extension], env, settings });
        const providers = kernel.service('providers');
        expect(messagesOf(kernel)).to.contain(
          'What providers keep in the database cannot be read or written',
        );
        expect(await call(kernel, 'balance')).to.have.nested.property('attempts[0].instance', 'fixed');
        expect((await rejectionOf(call(kernel, 'charge'))).code).to.equal('PROVIDER_JOURNAL_FAILED');
        const refused = await rejectionOf(providers.put('till', written('main')));
        expect(refused.code).to.equal('PROVIDER_STORE_FAILED');
        await gateway.comeBack();
        const first = await until(() => call(kernel, 'charge').catch(() => undefined), { timeout: 15_000 });
        // Nothing was sent before it could be written down.
        expect(first).to.have.nested.property('value.number', 1);
        await providers.put('till', written('main'));
        await gateway.vanish();
        expect(await call(kernel, 'balance')).to.have.nested.property('attempts[0].instance', 'main');
        expect((await rejectionOf(call(kernel, 'charge', 'order-2'))).code).to.equal(
          'PROVIDER_JOURNAL_FAILED',
        );
        await gateway.comeBack();
        const again = () => call(kernel, 'charge', 'order-2').catch(() => undefined);
        expect(await until(again, { timeout: 15_000 })).to.have.nested.property('value.number', 2);
      }).timeout(60_000);
    },
    { dialects: ['postgres', 'mysql'] },
  );
});
