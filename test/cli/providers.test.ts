import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createKernel, type Kernel } from '../../kernel/kernel.ts';
import { Application, extension } from './application.ts';

const capability = `import { defineCapability, Type } from 'backplane';
export default defineCapability('billing', {
  operations: { charge: { safety: 'read', input: Type.Object({}), output: Type.Object({}) } },
});`;

const driver = `import { defineDriver, ResponseError, Type } from 'backplane';
export default defineDriver('acme', {
  capability: 'billing',
  config: Type.Object({ url: Type.String() }),
  secrets: ['apiKey'],
  create: ({ url }, { apiKey }) => {
    const ask = async (path, signal) => {
      const response = await fetch(url + path, { headers: { authorization: apiKey.reveal() }, signal });
      if (!response.ok) throw new ResponseError(response.status, response.headers);
      return {};
    };
    return { charge: (_input, { signal }) => ask('/charge', signal), well: (signal) => ask('/well', signal) };
  },
  health: async (client, { signal }) => { await client.well(signal); },
});`;

const secret = 'hunter2-hunter2';
const key = 'the-key-of-this-test';
const env = { ACME_KEY: secret, SECRETS_KEY: randomBytes(32).toString('base64'), ROOT_API_KEY: key };

/** What it is asked for, and that it was asked with the right credential; `/down` is out of order. */
function serve() {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url ?? '');
    const isRight = req.headers.authorization === secret;
    res.writeHead(req.url?.startsWith('/down') ? 500 : isRight ? 200 : 401).end();
  }).listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

function withInstances(instances: readonly object[]): Promise<Application> {
  return Application.create(
    {
      ...extension('shop', { 'capabilities/billing.ts': capability }),
      ...extension(
        'acme',
        { 'drivers/acme.ts': driver },
        {
          capability: 'billing',
          dependencies: { shop: '*' },
        },
      ),
      'config/providers.ts': `export default ${JSON.stringify({ billing: instances })};`,
      'package.json': '{ "type": "module" }',
    },
    env,
  );
}

const apiKey = { env: 'ACME_KEY' };
const instance = (name: string, url: string, rest: object = {}) => ({
  name,
  driver: 'acme',
  config: { url },
  secrets: { apiKey },
  ...rest,
});

async function started({ root, env: own }: Application): Promise<{ kernel: Kernel; env: { PORT: string } }> {
  const kernel = await createKernel({ root, env: { ...own, WATCH: 'false', LOG_LEVEL: 'silent' } });
  const { port } = await kernel.start();
  return { kernel, env: { PORT: String(port) } };
}

describe('providers list', () => {
  it('shows what each instance is and why it is not asked, with how to mend it', async () => {
    await using application = await withInstances([
      instance('main', 'http://a.test'),
      instance('off', 'http://a.test', { enabled: false }),
      instance('typo', 'http://a.test', { driver: 'amce' }),
      instance('unset', 'http://a.test', { secrets: { apiKey: { env: 'NOT_SET' } } }),
    ]);
    const { code, stdout, stderr } = await application.run(['providers', 'list']);
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include('No kernel answers');
    const line = (name: string) => stdout.split('\n').find((one) => one.includes(` ${name} `)) ?? '';
    expect(stdout).to.match(/^CAPABILITY +INSTANCE +DRIVER +SOURCE +STATE +REASON\n/);
    expect(line('main')).to.match(/^billing +main +acme +settings +ready$/);
    expect(line('off')).to.include('disabled').and.include('Change it in config/providers.ts, billing[1]');
    expect(line('typo')).to.include('invalid').and.include('Did you mean "acme"?');
    expect(line('unset')).to.include('/secrets/apiKey needs NOT_SET, which is not set.');
    expect(line('unset')).to.include('Mend it in config/providers.ts, billing[3]');
  });

  it('names the capabilities that nobody does', async () => {
    await using served = await withInstances([instance('main', 'http://a.test')]);
    const all = await served.run(['providers', 'list']);
    expect(all.stderr).to.not.include('Without an instance');
    await using unserved = await withInstances([]);
    const none = await unserved.run(['providers', 'list']);
    expect([none.code, none.stdout]).to.deep.equal([
      0,
      'There is no instance. Name one in config/providers.ts, or keep one by "providers add".\n',
    ]);
    expect(none.stderr).to.include('Without an instance, so that calls are refused: billing.');
  });

  it('asks the kernel that runs, which knows what came of its calls', async () => {
    await using api = serve();
    await using application = await withInstances([
      instance('refused', api.url, { secrets: { apiKey: 'wrong-key' }, priority: -1 }),
      instance('main', api.url),
    ]);
    const { kernel, env: port } = await started(application);
    await using _stopped = kernel;
    await kernel.container.services.providers.for('billing').charge?.({});
    const { stdout, stderr } = await application.run(['providers', 'list'], port);
    expect(stderr).to.equal('');
    expect(stdout).to.match(/billing +main +acme +settings +ready +1 +\d+(\.\d)? ms\n/);
    expect(stdout).to.match(/billing +refused +acme +settings +disabled +1 /);
    expect(stdout).to.include('refused (401). "backplane providers enable billing/refused" brings it back');
    const json = await application.run(['providers', 'list', '--json'], port);
    expect(JSON.parse(json.stdout)).to.have.nested.property('[1].attempts[0].outcome', 'ok');
    expect(json.stdout).to.not.match(/hunter2|wrong-key/);
  });

  it('shows those of one capability, and names the nearest for one that nobody declares', async () => {
    await using application = await withInstances([instance('main', 'http://a.test')]);
    const one = await application.run(['providers', 'list', '--capability', 'billing', '--json']);
    expect(JSON.parse(one.stdout)).to.have.length(1);
    const none = await application.run(['providers', 'list', '--capability', 'biling']);
    expect(none.code).to.equal(1);
    expect(none.stderr).to.include('There is no capability "biling". Did you mean "billing"?');
  });
});

describe('providers test', () => {
  it('succeeds when all are well, and fails when one is not', async () => {
    await using api = serve();
    await using application = await withInstances([
      instance('main', api.url),
      instance('broken', `${api.url}/down`),
    ]);
    const { code, stdout } = await application.run(['providers', 'test']);
    expect(code).to.equal(1);
    expect(stdout).to.match(/billing\/main +acme +ok +[\d.]+ ms\n/);
    expect(stdout).to.match(
      /billing\/broken +acme +failed +[\d.]+ ms, transient 500, The API answered with status 500/,
    );
    const one = await application.run(['providers', 'test', 'billing/main', '--json']);
    expect([one.code, JSON.parse(one.stdout)]).to.have.nested.property('[1][0].outcome', 'ok');
    expect(one.code).to.equal(0);
    // Nothing but the health check was asked for.
    expect(new Set(api.asked)).to.deep.equal(new Set(['/well', '/down/well']));
  });

  it('asks through the kernel that runs', async () => {
    await using api = serve();
    await using application = await withInstances([instance('main', api.url)]);
    const { kernel, env: port } = await started(application);
    await using _stopped = kernel;
    const { code, stdout, stderr } = await application.run(['providers', 'test', 'billing/main'], port);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.include('ok');
    const unknown = await application.run(['providers', 'test', 'billing/mian'], port);
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr).to.include('Did you mean "main"?');
  });

  it('calls a word that names no instance a usage error', async () => {
    await using application = await withInstances([]);
    for (const word of ['billing', 'billing/', 'a/b/c']) {
      const { code, stderr } = await application.run(['providers', 'test', word]);
      expect([word, code]).to.deep.equal([word, 2]);
      expect(stderr).to.include('Write CAPABILITY/INSTANCE');
    }
  });
});

describe('providers enable and disable', () => {
  it('switch an instance for the next start while no kernel runs', async () => {
    await using application = await withInstances([instance('main', 'http://a.test')]);
    const words = ['billing/main', '--reason', 'its account is closed'];
    const off = await application.run(['providers', 'disable', ...words]);
    expect(off.code, off.stderr).to.equal(0);
    expect(off.stdout).to.equal('billing/main is disabled from the next start on; no kernel runs now\n');
    const { kernel, env: port } = await started(application);
    await using _stopped = kernel;
    const list = await application.run(['providers', 'list'], port);
    expect(list.stdout).to.include('disabled').and.include('its account is closed.');
    const on = await application.run(['providers', 'enable', 'billing/main'], port);
    expect(on.stdout).to.equal('billing/main is ready\n');
    expect(kernel.container.services.providers.list()).to.have.nested.property('[0].state', 'ready');
  });

  it('switch it in a kernel that runs as a process of its own', async () => {
    await using application = await withInstances([instance('main', 'http://a.test')]);
    await using running = application.spawn(['start'], { WATCH: 'false' });
    const port = { PORT: new URL(await running.address()).port };
    const off = await application.run(['providers', 'disable', 'billing/main', '--json'], port);
    expect(off.code, off.stderr).to.equal(0);
    expect(JSON.parse(off.stdout)).to.include({ state: 'disabled', reason: 'it was switched off' });
    const list = await application.run(['providers', 'list', '--json'], port);
    expect(JSON.parse(list.stdout)).to.have.nested.property('[0].state', 'disabled');
  }).timeout(60_000);

  it('leave what settings say to the settings, and name the nearest instance', async () => {
    await using application = await withInstances([instance('off', 'http://a.test', { enabled: false })]);
    const written = await application.run(['providers', 'enable', 'billing/off']);
    expect(written.code).to.equal(1);
    expect(written.stderr).to.include('is written in config/providers.ts, billing[0]');
    const unknown = await application.run(['providers', 'disable', 'billing/of']);
    expect(unknown.stderr).to.include('Did you mean "off"?');
  });
});

describe('providers add, remove and rekey', () => {
  const written = { driver: 'acme', config: { url: 'http://a.test' }, secrets: { apiKey: secret } };

  it('keep an instance in the database, and forget it', async () => {
    await using application = await withInstances([]);
    await application.write({ 'main.json': JSON.stringify(written) });
    const added = await application.run(['providers', 'add', 'billing/main', '--from', 'main.json']);
    expect(added.code, added.stderr).to.equal(0);
    expect(added.stdout).to.equal('billing/main is kept in the database and ready\n');
    const { kernel, env: port } = await started(application);
    await using _stopped = kernel;
    const list = await application.run(['providers', 'list'], port);
    expect(list.stdout).to.match(/billing +main +acme +database +ready/);
    const wrong = JSON.stringify({ ...written, driver: 'amce', weigth: 1 });
    await application.write({ 'wrong.json': wrong });
    const refused = await application.run(['providers', 'add', 'billing/main', '--from', 'wrong.json'], port);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include('/weigth is not a known property').and.include('Did you mean "acme"?');
    const removed = await application.run(['providers', 'remove', 'billing/main'], port);
    expect([removed.code, removed.stdout]).to.deep.equal([0, 'billing/main is forgotten\n']);
    expect(kernel.container.services.providers.list()).to.deep.equal([]);
    for (const { stdout, stderr } of [added, list, refused])
      expect(stdout + stderr).to.not.include('hunter2');
  });

  it('move what is kept to the first key', async () => {
    await using application = await withInstances([]);
    await application.write({ 'main.json': JSON.stringify(written) });
    await application.run(['providers', 'add', 'billing/main', '--from', 'main.json']);
    const fresh = randomBytes(32).toString('base64');
    const both = { SECRETS_KEY: `${fresh},${env.SECRETS_KEY}` };
    const { code, stdout } = await application.run(['providers', 'rekey', '--json'], both);
    expect([code, JSON.parse(stdout)]).to.deep.equal([0, { reencrypted: 1 }]);
    const list = await application.run(['providers', 'list', '--json'], { SECRETS_KEY: fresh });
    expect(JSON.parse(list.stdout)).to.have.nested.property('[0].state', 'ready');
  });

  it('read standard input, and quote nothing of what is no instance', async () => {
    await using application = await withInstances([]);
    const words = ['providers', 'add', 'billing/main', '--from', '-'];
    const add = (text: string) => application.answer(words, text);
    const broken = await add(`{ "secrets": "${secret}`);
    expect(broken.code).to.equal(1);
    expect(broken.stderr)
      .to.include('Standard input holds no instance: it is no JSON')
      .and.not.include('hunter2');
    expect(await add(JSON.stringify(written))).to.include({ code: 0 });
  });
});
