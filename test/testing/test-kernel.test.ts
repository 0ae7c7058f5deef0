import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { FaultList, isBackplaneError } from '../../kernel/errors.ts';
import { currentScope, RequestScope, runInScope } from '../../kernel/index.ts';
import { eventsOf, extensionFolder, type TestKernelOptions, testKernel } from '../../kernel/testing/index.ts';

const greeting = {
  'manifest.json': { name: 'greeting', version: '1.0.0' },
  'config.ts': `import { defineSettings, Type } from 'backplane';
export default defineSettings(Type.Object({ word: Type.String({ default: 'Hello' }), loud: Type.Boolean({ default: false }) }));`,
  'greeter.ts':
    'export class Greeter { constructor({ word }) { this.word = word; } greet() { return this.word; } }',
  'index.ts': `import { defineExtension } from 'backplane';
import { Greeter } from './greeter.ts';
export default defineExtension({
  register({ container, settings }) {
    container.value('word', settings.word).singleton('greeter', Greeter).scoped('visit', () => ({ id: 7 }));
  },
  boot({ log, settings }) { log.info({ loud: settings.loud }, 'ready to greet'); },
});`,
  'routes/greet.ts': `import { route, Type } from 'backplane';
export default [
  route.get('/', {}, ({ services }) => ({ text: services.greeter.greet() })),
  route.post('/echo', { body: Type.Object({ text: Type.String() }) }, async ({ body, services }) => {
    await services.kernel.events.emit('greeting.echoed', body);
    return body;
  }),
];`,
};

async function failure(options: TestKernelOptions): Promise<unknown> {
  try {
    await using _kernel = await testKernel(options);
  } catch (error) {
    return error;
  }
  throw new Error('The kernel booted.');
}

describe('testKernel', () => {
  it('answers requests without a socket', async () => {
    using folder = extensionFolder(greeting);
    await using kernel = await testKernel({ extensions: [folder] });
    const response = await kernel.inject('GET', '/greeting');
    expect(response.status).to.equal(200);
    expect(response.json()).to.deep.equal({ text: 'Hello' });
    const echo = await kernel.inject('POST', '/greeting/echo', {
      body: { text: 'Ho' },
      headers: { accept: '*/*' },
    });
    expect(echo.json()).to.deep.equal({ text: 'Ho' });
    expect(kernel.http.node.listening).to.equal(false);
  });

  it('takes settings from values, files and the environment, the last the strongest, and none from outside', async () => {
    using folder = extensionFolder(greeting);
    const text = async (options: Partial<TestKernelOptions>): Promise<string> => {
      await using kernel = await testKernel({ extensions: [folder], ...options });
      return (await kernel.inject('GET', '/greeting')).json<{ text: string }>().text;
    };
    const settings = { greeting: { word: 'from settings' } };
    expect(await text({ settings })).to.equal('from settings');
    expect(
      await text({ files: { 'config/greeting.ts': "export default { word: 'from a file' };" } }),
    ).to.equal('from a file');
    expect(await text({ settings, files: { '.env': 'GREETING_WORD=from .env' } })).to.equal('from .env');
    expect(await text({ settings, env: { GREETING_WORD: 'from env' } })).to.equal('from env');
    process.env.GREETING_WORD = 'from the real environment';
    try {
      expect(await text({})).to.equal('Hello');
    } finally {
      delete process.env.GREETING_WORD;
    }
  });

  it('works in a folder of its own, which is gone in the end', async () => {
    using folder = extensionFolder(greeting);
    const kernel = await testKernel({ extensions: [folder], files: { 'uploads/a.txt': 'a' } });
    expect(existsSync(join(kernel.root, 'uploads/a.txt'))).to.equal(true);
    await kernel[Symbol.asyncDispose]();
    expect(existsSync(kernel.root)).to.equal(false);
  });

  it('keeps the log, parsed, with the extension and the request', async () => {
    using folder = extensionFolder({
      ...greeting,
      'routes/log.ts': `import { route } from 'backplane';
export default route.get('/log', {}, ({ log }) => { log.sql({ password: 'x' }, 'asked'); return {}; });`,
    });
    await using kernel = await testKernel({ extensions: [folder] });
    expect(kernel.logs.find(({ msg }) => msg === 'ready to greet')).to.include({
      level: 'info',
      extension: 'greeting',
      loud: false,
    });
    await kernel.inject('GET', '/greeting/log', { headers: { 'x-request-id': 'r-1' } });
    expect(kernel.logs.find(({ msg }) => msg === 'asked')).to.include({
      level: 'sql',
      requestId: 'r-1',
      password: '[Redacted]',
    });
  });

  it('replaces a service by name until the override ends, and by class', async () => {
    using folder = extensionFolder(greeting);
    await using kernel = await testKernel({ extensions: [folder] });
    const text = async (): Promise<unknown> => (await kernel.inject('GET', '/greeting')).json();
    {
      using _override = kernel.override('greeter', { greet: () => 'Moo' });
      expect(await text()).to.deep.equal({ text: 'Moo' });
    }
    expect(await text()).to.deep.equal({ text: 'Hello' });
    kernel.override('word', 'Salve');
    expect(await text()).to.deep.equal({ text: 'Salve' });
    expect(() => kernel.override('greter', {})).to.throw('Did you mean "greeter"?');
    expect(() => kernel.override(class Unknown {}, {})).to.throw('Unknown');
  });

  it('hands out services, scoped ones within a scope', async () => {
    using folder = extensionFolder(greeting);
    await using kernel = await testKernel({ extensions: [folder] });
    expect(kernel.service('word')).to.equal('Hello');
    expect(kernel.service('kernel')).to.equal(kernel);
    const scope = new RequestScope('test');
    expect(runInScope(scope, () => kernel.service('visit'))).to.deep.equal({ id: 7 });
    await scope.dispose();
    expect(currentScope()).to.equal(undefined);
    expect(() => kernel.service('wrd')).to.throw('Did you mean "word"?');
  });

  it('records events', async () => {
    using folder = extensionFolder(greeting);
    await using kernel = await testKernel({ extensions: [folder] });
    const echoed = eventsOf(kernel, 'greeting.*');
    await kernel.inject('POST', '/greeting/echo', { body: { text: 'Ho' } });
    expect(echoed).to.deep.equal([{ name: 'greeting.echoed', payload: { text: 'Ho' } }]);
  });

  it('lets the administration be called with the key that it makes', async () => {
    using folder = extensionFolder(greeting);
    await using kernel = await testKernel({ extensions: [folder] });
    const headers = { 'x-api-key': kernel.configuration.rootApiKey };
    expect((await kernel.inject('POST', '/kernel/extensions/greeting/reload', { headers })).status).to.equal(
      200,
    );
    expect(kernel.extensions.status('greeting').generation).to.equal(2);
  });
});

describe('the extensions of a test kernel', () => {
  const names = (kernel: { extensions: { list(): readonly { name: string }[] } }): readonly string[] =>
    kernel.extensions.list().map(({ name }) => name);

  /** A folder of extensions: `shop` needs `cart`, which needs `store`; `spare` needs nothing and nobody needs it. */
  function shop(): Disposable & { path: string } {
    const path = mkdtempSync(join(tmpdir(), 'backplane-shop-'));
    const needs: Record<string, object> = {
      shop: { cart: '^1.0.0' },
      cart: { store: '^1.0.0' },
      store: {},
      spare: {},
    };
    for (const [name, dependencies] of Object.entries(needs)) {
      mkdirSync(join(path, name));
      writeFileSync(
        join(path, name, 'manifest.json'),
        JSON.stringify({ name, version: '1.0.0', dependencies }),
      );
    }
    return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
  }

  it('come with what they depend on, and nothing else', async () => {
    using folders = shop();
    await using kernel = await testKernel({ extensions: [join(folders.path, 'shop')] });
    expect(names(kernel)).to.deep.equal(['cart', 'shop', 'store']);
  });

  it('are found relative to the test file, by URL and by name', async () => {
    using folders = shop();
    const from = pathToFileURL(join(folders.path, 'shop/test/shop.test.ts')).href;
    mkdirSync(join(folders.path, 'shop/test'));
    await using relative = await testKernel({ from, extensions: ['..'] });
    expect(names(relative)).to.include('shop');
    await using byUrl = await testKernel({ extensions: [new URL('../../store', from), 'spare'] });
    expect(names(byUrl)).to.deep.equal(['spare', 'store']);
    await using bundled = await testKernel({ extensions: ['openapi'] });
    expect(names(bundled)).to.deep.equal(['openapi']);
  });

  it('say where they were looked for', async () => {
    const error = await failure({ extensions: ['./nowhere'], from: tmpdir() });
    expect(isBackplaneError(error) && error.code).to.equal('TEST_EXTENSION_NOT_FOUND');
    expect(String(error)).to.contain(join(tmpdir(), 'nowhere'));
    expect(String(await failure({ extensions: ['no-such-extension'] }))).to.contain('"no-such-extension"');
  });

  it('must be one of each name', async () => {
    using one = extensionFolder(greeting);
    using other = extensionFolder(greeting);
    const error = await failure({ extensions: [one, other] });
    expect(isBackplaneError(error) && error.code).to.equal('EXTENSION_DUPLICATE');
  });

  it('that are given wrong settings fail with words of the test, not of a file that nobody wrote', async () => {
    using folder = extensionFolder(greeting);
    const error = await failure({ extensions: [folder], settings: { greeting: { word: 7, wort: 'x' } } });
    expect(String(error)).to.include(`the test's "settings" of "greeting"`).and.not.include('config/');
  });

  it('that fail are all told, each with its reason, and what they threw', async () => {
    using thrower = extensionFolder({
      'manifest.json': { name: 'thrower', version: '1.0.0' },
      'index.ts': `import { defineExtension } from 'backplane';
export default defineExtension({ boot() {
  throw new Error('no socket');
} });`,
    });
    using needy = extensionFolder({
      'manifest.json': { name: 'needy', version: '1.0.0', dependencies: { missing: '*' } },
    });
    using broken = extensionFolder({ 'manifest.json': '{ "name": "broken", ' });
    using keyless = extensionFolder({
      'manifest.json': { name: 'keyless', version: '1.0.0' },
      'config.ts': `import { defineSettings, Type } from 'backplane';
export default defineSettings(Type.Object({ apiKey: Type.String() }));`,
    });
    const error = await failure({ extensions: [thrower, needy, broken, keyless] });
    expect(error).to.be.instanceOf(FaultList);
    expect(String(error)).to.match(/"thrower" failed \(boot\): no socket/);
    expect(String(error)).to.match(/"needy" is blocked: needs "missing"/);
    expect(String(error)).to.match(/"broken" failed \(manifest\): .*is not JSON/);
    expect(String(error)).to.match(/"keyless" is blocked: .*KEYLESS_API_KEY/);
    const [single] = [await failure({ extensions: [thrower] })];
    expect(single).to.be.instanceOf(Error);
    expect(single instanceof Error && single.cause instanceof Error && single.cause.stack).to.match(
      /thrower[\\/]index\.ts:3:/,
    );
  });
});
