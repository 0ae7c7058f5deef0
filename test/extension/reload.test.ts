import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { routes } from '../../kernel/http/index.ts';
import { Application, boot, index, small, until, versionRoute } from '../support/application.ts';

/** An application that is watched, as in development. */
async function watched(files: Parameters<typeof boot>[0]): Promise<Application> {
  const application = await boot(files);
  await application.kernel.watch();
  return application;
}

const answers = (application: Application, name: string, version: string) => async () => {
  const response = await application.kernel.inject('GET', `/${name}`);
  return response.status === 200 && JSON.stringify(response.json()) === JSON.stringify({ version });
};
const generation = (application: Application, name: string) =>
  application.kernel.extensions.status(name).generation;

describe('a folder while the kernel serves', () => {
  it('dropped in: the next request is answered by it; taken out: nothing of it is left', async () => {
    await using application = await watched(small('other', '1'));
    expect(await application.status('/hello')).to.equal(404);
    application.write(small('hello', '1'));
    await until(answers(application, 'hello', '1'));
    application.remove('extensions/hello');
    await until(async () => (await application.status('/hello')) === 404);
    await application.kernel.extensions.idle();
    expect(application.states()).to.deep.equal({ other: 'active' });
    expect(generation(application, 'other')).to.equal(1);
  });

  it('dropped in again after it was deleted: served again', async () => {
    await using application = await watched(small('hello', '1'));
    application.remove('extensions/hello');
    await until(async () => (await application.status('/hello')) === 404);
    application.write(small('hello', '2'));
    await until(answers(application, 'hello', '2'));
  });

  it('edited: the new code answers', async () => {
    await using application = await watched(small('hello', '1'));
    application.write({ 'extensions/hello/routes/version.ts': versionRoute('2') });
    await until(answers(application, 'hello', '2'));
  });

  it('saved by renaming over, as editors do: the new code answers', async () => {
    await using application = await watched(small('hello', '1'));
    application.replace('extensions/hello/routes/version.ts', versionRoute('2'));
    await until(answers(application, 'hello', '2'));
  });

  it('a bad save leaves the last good generation serving, and mending it goes on from there', async () => {
    await using application = await watched(small('hello', '1'));
    application.write({ 'extensions/hello/routes/version.ts': 'export default route.get(' });
    await until(() => application.kernel.extensions.status('hello').lastFailure !== undefined);
    expect(await application.get('/hello')).to.deep.equal({ version: '1' });
    expect(application.states()).to.deep.equal({ hello: 'active' });
    application.write({ 'extensions/hello/routes/version.ts': versionRoute('3') });
    await until(answers(application, 'hello', '3'));
    expect(application.kernel.extensions.status('hello').lastFailure).to.equal(undefined);
  });

  it('a bad manifest leaves the last good generation serving', async () => {
    await using application = await watched(small('hello', '1'));
    application.write({ 'extensions/hello/manifest.json': '{' });
    await until(() => application.kernel.extensions.status('hello').lastFailure?.phase === 'manifest');
    expect(await application.get('/hello')).to.deep.equal({ version: '1' });
  });

  it('written in parts: only the whole is loaded', async () => {
    await using application = await watched(small('other', '1'));
    const [before, after] = [versionRoute('1').slice(0, 30), versionRoute('1')];
    application.write({ 'extensions/hello/routes/version.ts': before });
    application.write({ 'extensions/hello/manifest.json': { name: 'hello', version: '1.0.0' } });
    application.write({ 'extensions/hello/routes/version.ts': after });
    await until(answers(application, 'hello', '1'));
    expect(generation(application, 'hello')).to.equal(1);
  });

  it('fifty files copied in are one attempt', async () => {
    await using application = await watched(small('other', '1'));
    const source = new Application();
    await using _ = source;
    source.write(small('big', '1'));
    for (let i = 0; i < 50; i += 1)
      source.write({ [`extensions/big/lib/part${i}.ts`]: `export const part${i} = ${i};\n` });
    cpSync(join(source.root, 'extensions/big'), join(application.root, 'extensions/big'), {
      recursive: true,
    });
    await until(answers(application, 'big', '1'));
    expect(generation(application, 'big')).to.equal(1);
    expect(application.logs.filter(({ level }) => level === 'error')).to.deep.equal([]);
  });

  it('a symbolic link to a folder elsewhere is an extension, and edits there are seen', async () => {
    await using elsewhere = new Application();
    elsewhere.write(small('linked', '1'));
    await using application = new Application();
    mkdirSync(join(application.root, 'extensions'), { recursive: true });
    symlinkSync(join(elsewhere.root, 'extensions/linked'), join(application.root, 'extensions/linked'));
    const kernel = await application.create();
    await kernel.boot();
    await kernel.watch();
    expect(await application.get('/linked')).to.deep.equal({ version: '1' });
    elsewhere.write({ 'extensions/linked/routes/version.ts': versionRoute('2') });
    await until(answers(application, 'linked', '2'));
  });

  it('touched without a change: nothing is reloaded', async () => {
    await using application = await watched(small('hello', '1'));
    application.write({ 'extensions/hello/routes/version.ts': versionRoute('1') });
    application.write(small('marker', '1'));
    await until(answers(application, 'marker', '1'));
    expect(generation(application, 'hello')).to.equal(1);
  });

  it('a thousand saves in a burst end at the last, in few generations', async () => {
    await using application = await watched(small('hello', '0'));
    for (let i = 1; i <= 1000; i += 1)
      application.write({ 'extensions/hello/routes/version.ts': versionRoute(String(i)) });
    await until(answers(application, 'hello', '1000'));
    expect(generation(application, 'hello')).to.be.lessThan(10);
  });
});

describe('a reload', () => {
  const dependent = {
    ...small('base', '1'),
    'extensions/base/index.ts': `export const shared = { version: '1' };\n`,
    ...small('user', '1', { dependencies: { base: '*' } }),
    'extensions/user/routes/version.ts': `import { route } from 'backplane';\nimport { shared } from '../../base/index.ts';\nexport default route.get('/', {}, () => shared);\n`,
    ...small('alone', '1'),
  };

  it('gives what changed and its dependents new generations, and nothing else', async () => {
    await using application = await boot(dependent);
    application.write({ 'extensions/base/index.ts': `export const shared = { version: '2' };\n` });
    await application.kernel.extensions.sync(['base']);
    expect(await application.get('/user')).to.deep.equal({ version: '2' });
    expect([
      generation(application, 'base'),
      generation(application, 'user'),
      generation(application, 'alone'),
    ]).to.deep.equal([2, 2, 1]);
  });

  it('that breaks a dependent is undone as a whole', async () => {
    await using application = await boot(dependent);
    application.write({ 'extensions/base/index.ts': `export const other = 1;\n` });
    await application.kernel.extensions.sync(['base']);
    expect(await application.get('/user')).to.deep.equal({ version: '1' });
    expect([generation(application, 'base'), generation(application, 'user')]).to.deep.equal([1, 1]);
    expect(application.kernel.extensions.status('user').lastFailure?.message).to.include('shared');
  });

  it('says of what serves on that its reload is held back, not that it is blocked', async () => {
    await using application = await boot(dependent);
    const told = (): string => application.logs.map(({ msg }) => msg).join('\n');
    application.write({ 'extensions/base/index.ts': 'export const = 1;\n' });
    await application.kernel.extensions.sync(['base']);
    expect(told())
      .to.include('user is not reloaded, generation 1 goes on serving')
      .and.not.include('blocked');
    const config = `import { defineSettings, Type } from 'backplane';\nexport default defineSettings(Type.Object({ key: Type.String() }));\n`;
    application.write({ 'extensions/alone/config.ts': config });
    await application.kernel.extensions.sync(['alone']);
    expect(told()).to.include('generation 1 goes on serving: The change of "alone" is held back');
    expect(application.kernel.extensions.status('alone').lastFailure?.message).to.include('set ALONE_KEY');
  });

  it('of one extension is not held up by a bad save of another', async () => {
    await using application = await boot(dependent);
    application.write({
      'extensions/alone/routes/version.ts': versionRoute('2'),
      'extensions/base/index.ts': 'export const = 1;\n',
    });
    await application.kernel.extensions.sync(['base', 'alone']);
    expect(await application.get('/alone')).to.deep.equal({ version: '2' });
    expect(await application.get('/user')).to.deep.equal({ version: '1' });
  });

  it('whose manifest no longer suits a dependent is refused', async () => {
    await using application = await boot({
      ...small('base', '1'),
      ...small('user', '1', { dependencies: { base: '^1.0.0' } }),
    });
    application.write({ 'extensions/base/manifest.json': { name: 'base', version: '2.0.0' } });
    await application.kernel.extensions.sync(['base']);
    expect(application.states()).to.deep.equal({ base: 'active', user: 'active' });
    expect(application.kernel.extensions.status('base').lastFailure?.message).to.include(
      'needs "base" in ^1.0.0, but it is 2.0.0',
    );
  });

  it('that fails at boot, at compiling or in health leaves the generation before as it was', async () => {
    const stay = {
      'extensions/hello/index.ts': index(
        `boot({ effects, log }) { effects.add('thing', () => log.info('released')); }`,
      ),
    };
    await using application = await boot({ ...small('hello', '1'), ...stay, ...small('rival', '1') });
    for (const change of [
      { 'extensions/hello/index.ts': index(`boot() { throw new Error('no'); }`) },
      { 'extensions/hello/index.ts': index(`async health() { throw new Error('no'); }`) },
      {
        ...stay,
        'extensions/hello/routes/more.ts': `import { route } from 'backplane';\nexport default route.get('/rival', { root: true }, () => 1);\n`,
      },
      {
        'extensions/hello/routes/more.ts': `import { route } from 'backplane';\nexport default route.get('/more', { params: { type: 'nonsense' } }, () => 1);\n`,
      },
    ]) {
      application.write(change);
      await application.kernel.extensions.sync(['hello']);
      expect(application.kernel.extensions.status('hello').lastFailure, JSON.stringify(change)).not.to.equal(
        undefined,
      );
      expect(await application.get('/hello')).to.deep.equal({ version: '1' });
      expect(generation(application, 'hello')).to.equal(1);
    }
    expect(application.kernel.extensions.status('hello').effects.map(({ name }) => name)).to.deep.equal([
      'thing',
    ]);
  });

  it('while another runs waits for it, and both are done', async () => {
    await using application = await boot({
      ...small('slow', '1'),
      'extensions/slow/index.ts': index(
        `async boot() { for (let i = 0; i < 20; i += 1) await new Promise(setImmediate); }`,
      ),
    });
    const [first, second] = await Promise.all([
      application.kernel.extensions.reload('slow'),
      application.kernel.extensions.reload('slow'),
    ]);
    expect([first.generation, second.generation]).to.deep.equal([2, 3]);
  });

  it('lets a request finish on the code it started with, and disposes of that code only then', async () => {
    await using application = await boot({
      ...small('hello', '1'),
      'extensions/hello/index.ts': index(
        `boot({ effects, log }) { effects.add('thing', () => log.info('released')); }`,
      ),
      'extensions/hello/gate.ts': `export const gate = { open: () => {} };\nexport const opened = new Promise<void>((resolve) => { gate.open = resolve; });\n`,
      'extensions/hello/routes/wait.ts': `import { route } from 'backplane';\nimport { opened, gate } from '../gate.ts';\nexport default [\n  route.get('/wait', {}, async () => { await opened; return { version: '1' }; }),\n  route.get('/open', {}, () => { gate.open(); return {}; }),\n];\n`,
    });
    const released = () => application.logs.some(({ msg }) => msg === 'released');
    const waiting = application.kernel.inject('GET', '/hello/wait');
    await until(() => application.kernel.http.inFlight() === 1);
    const old = application.kernel.snapshot.acquire();
    application.write({ 'extensions/hello/routes/version.ts': versionRoute('2') });
    await application.kernel.extensions.sync(['hello']);
    expect(await application.get('/hello')).to.deep.equal({ version: '2' });
    expect(application.kernel.extensions.status('hello').draining).to.deep.equal([1]);
    expect(released()).to.equal(false);
    // The old generation's own module state opens the gate: the new one has another.
    const open = old.get(routes).endpoints.find(({ path }) => path === '/hello/open')?.route.handler;
    await Reflect.apply(open ?? (() => {}), undefined, [{}]);
    expect((await waiting).json()).to.deep.equal({ version: '1' });
    old.release();
    await application.kernel.extensions.idle();
    expect(released()).to.equal(true);
    expect(application.kernel.extensions.status('hello').draining).to.deep.equal([]);
  });

  it('ends requests of the old generation at the drain deadline', async () => {
    await using application = await boot(
      {
        ...small('hello', '1'),
        'extensions/hello/routes/wait.ts': `import { route } from 'backplane';\nexport default route.get('/wait', {}, () => new Promise(() => {}));\n`,
      },
      { env: { DRAIN_TIMEOUT: '20' } },
    );
    const waiting = application.kernel.inject('GET', '/hello/wait');
    await until(() => application.kernel.http.inFlight() === 1);
    await application.kernel.extensions.reload('hello');
    expect((await waiting).status).to.equal(503);
    await application.kernel.extensions.idle();
    expect(application.kernel.extensions.status('hello').draining).to.deep.equal([]);
  });

  it('starts exclusive effects only after those of the generation before have stopped', async () => {
    const exclusive = (version: string, start = '') =>
      index(
        `boot({ effects, log }) { effects.exclusive('port', { start() { ${start} log.info('start ${version}'); }, stop() { log.info('stop ${version}'); } }); }`,
      );
    await using application = await boot({
      ...small('hello', '1'),
      'extensions/hello/index.ts': exclusive('1'),
    });
    const told = () =>
      application.logs.map(({ msg }) => String(msg)).filter((msg) => /^(start|stop) /.test(msg));
    application.write({ 'extensions/hello/index.ts': exclusive('2') });
    await application.kernel.extensions.sync(['hello']);
    expect(told()).to.deep.equal(['start 1', 'stop 1', 'start 2']);
    application.write({ 'extensions/hello/index.ts': exclusive('3', `throw new Error('no');`) });
    await application.kernel.extensions.sync(['hello']);
    expect(told()).to.deep.equal(['start 1', 'stop 1', 'start 2', 'stop 2', 'start 2']);
    expect(generation(application, 'hello')).to.equal(2);
    await application.kernel.extensions.disable('hello');
    await application.kernel.extensions.idle();
    expect(told().at(-1)).to.equal('stop 2');
  });

  it('is given up at once when the kernel stops in the middle of it', async () => {
    await using application = await boot({ ...small('hello', '1') });
    application.write({
      'extensions/hello/index.ts': index(
        `async boot({ log }) { log.info('in boot'); await new Promise(() => {}); }`,
      ),
    });
    const reload = application.kernel.extensions.reload('hello').catch((error: Error) => error.message);
    await until(() => application.logs.some(({ msg }) => msg === 'in boot'));
    const before = performance.now();
    await application.kernel.stop();
    expect(performance.now() - before).to.be.lessThan(5000);
    expect(await reload).to.include('The kernel is stopping');
  });

  it('adds listeners with the publication and takes those of the generation before away', async () => {
    const listening = (version: string) =>
      index(`boot({ events, log }) { events.on('ping', () => log.info('heard ${version}')); }`);
    await using application = await boot({
      ...small('hello', '1'),
      'extensions/hello/index.ts': listening('1'),
      'extensions/hello/listeners/ping.ts': `import { defineListener } from 'backplane';\nexport default defineListener('ping', (_, { log }) => log.info('file 1'));\n`,
    });
    const heard = async () => {
      const from = application.logs.length;
      await Reflect.apply(application.kernel.events.emit, undefined, ['ping', undefined]);
      return application.logs
        .slice(from)
        .map(({ msg }) => msg)
        .sort();
    };
    expect(await heard()).to.deep.equal(['file 1', 'heard 1']);
    application.write({ 'extensions/hello/index.ts': listening('2') });
    await application.kernel.extensions.sync(['hello']);
    await application.kernel.extensions.idle();
    expect(await heard()).to.deep.equal(['file 1', 'heard 2']);
    await application.kernel.extensions.disable('hello');
    await application.kernel.extensions.idle();
    expect(await heard()).to.deep.equal([]);
  });

  it('a stop that throws or never ends is told; everything else is released all the same', async () => {
    const bad = (stop: string) =>
      index(`boot({ effects, log }) { effects.add('thing', () => log.info('released')); }, ${stop}`);
    for (const stop of [`stop() { throw new Error('no'); }`, `stop() { return new Promise(() => {}); }`]) {
      await using application = await boot({
        ...small('hello', '1', { timeouts: { stop: 20 } }),
        'extensions/hello/index.ts': bad(stop),
      });
      await application.kernel.extensions.disable('hello');
      await application.kernel.extensions.idle();
      expect(application.logs.some(({ msg }) => msg === 'released')).to.equal(true);
      expect(application.states()).to.deep.equal({ hello: 'unload-failed' });
      expect(application.kernel.extensions.status('hello').reason).to.match(/no|longer than 20 ms/);
      await application.kernel.extensions.enable('hello');
      expect(await application.get('/hello')).to.deep.equal({ version: '1' });
    }
  });
});

describe('enabling and disabling', () => {
  it('is remembered by the next start', async () => {
    await using application = await boot({ ...small('hello', '1'), ...small('other', '1') });
    await application.kernel.extensions.disable('hello');
    const said = application.logs.map(({ msg }) => msg);
    expect(said).to.include('hello is disabled: switched off at run time');
    await application.kernel.stop();
    const next = await application.create();
    await next.boot();
    expect(application.states()).to.deep.equal({ hello: 'disabled', other: 'active' });
    await next.extensions.enable('hello');
    expect(await application.get('/hello')).to.deep.equal({ version: '1' });
  });

  it('refuses to take away what others need, unless asked to cascade', async () => {
    await using application = await boot({
      ...small('base', '1'),
      ...small('user', '1', { dependencies: { base: '*' } }),
      ...small('last', '1', { dependencies: { user: '*' } }),
    });
    const refused = await application.kernel.inject('POST', '/kernel/extensions/base/disable', {
      headers: { 'x-api-key': 'key' },
    });
    expect([refused.status, refused.json()]).to.have.nested.property('1.code', 'EXTENSION_HAS_DEPENDENTS');
    expect(refused.status).to.equal(409);
    const cascaded = await application.kernel.inject('POST', '/kernel/extensions/base/disable?cascade=true', {
      headers: { 'x-api-key': 'key' },
    });
    expect(cascaded.status).to.equal(200);
    await application.kernel.extensions.idle();
    expect(application.states()).to.deep.equal({ base: 'disabled', user: 'blocked', last: 'blocked' });
    expect(application.kernel.extensions.status('user').reason).to.include('switched off at run time');
    const enabled = await application.kernel.inject('POST', '/kernel/extensions/base/enable', {
      headers: { 'x-api-key': 'key' },
    });
    expect(enabled.status).to.equal(200);
    expect(application.states()).to.deep.equal({ base: 'active', user: 'active', last: 'active' });
  });

  it('takes what cannot live without the removed one down, and brings it back when it can', async () => {
    await using application = await boot({
      ...small('login', '1'),
      'extensions/login/strategies/token.ts': `import { defineStrategy } from 'backplane';\nexport default defineStrategy({ name: 'token', authenticate: () => ({ id: '1', roles: [] }) });\n`,
      ...small('secret', '1'),
      'extensions/secret/routes/version.ts': `import { route } from 'backplane';\nexport default route.get('/', { auth: 'token' }, () => ({ version: '1' }));\n`,
    });
    await application.kernel.extensions.disable('login');
    await application.kernel.extensions.idle();
    expect(application.states()).to.deep.equal({ login: 'disabled', secret: 'failed' });
    expect(application.kernel.extensions.status('secret').reason).to.include('"token"');
    await application.kernel.extensions.enable('login');
    await application.kernel.extensions.enable('secret');
    expect(await application.get('/secret')).to.deep.equal({ version: '1' });
  });

  it('of the one that won a conflict lets the other in', async () => {
    await using application = await boot({
      ...small('a', '1', { prefix: '/same' }),
      ...small('b', '2', { prefix: '/same' }),
    });
    expect(application.states()).to.deep.equal({ a: 'active', b: 'failed' });
    await application.kernel.extensions.disable('a');
    application.remove('extensions/a');
    await application.kernel.extensions.sync(['a']);
    expect(await application.get('/same')).to.deep.equal({ version: '2' });
  });

  it('answers over HTTP with the new generation, 404, 409 and 422', async () => {
    await using application = await boot(
      {
        ...small('hello', '1'),
        ...small('blocked', '1', { dependencies: { nobody: '*' } }),
        ...small('left-out', '1'),
      },
      { env: { EXTENSIONS: '-left-out' } },
    );
    const post = (path: string) =>
      application.kernel.inject('POST', `/kernel/extensions/${path}`, { headers: { 'x-api-key': 'key' } });
    expect((await post('hello/reload')).json()).to.include({ name: 'hello', generation: 2, state: 'active' });
    const codes = async (path: string) => {
      const { status, ...response } = await post(path);
      return [status, Reflect.get(Object(response.json()), 'code')];
    };
    expect(await codes('helo/reload')).to.deep.equal([404, 'EXTENSION_NOT_FOUND']);
    expect(await codes('blocked/enable')).to.deep.equal([409, 'EXTENSION_BLOCKED']);
    expect(await codes('left-out/enable')).to.deep.equal([409, 'EXTENSION_NOT_SELECTED']);
    application.write({ 'extensions/hello/index.ts': index(`boot() { throw new Error('no'); }`) });
    expect(await codes('hello/reload')).to.deep.equal([422, 'EXTENSION_FAILED']);
    expect(await application.get('/hello')).to.deep.equal({ version: '1' });
  });

  it('what is loaded by a request for the administration does not belong to that request', async () => {
    await using application = await boot(small('hello', '1'));
    application.write({ 'extensions/hello/index.ts': index(`boot({ log }) { log.info('in boot'); }`) });
    const options = { headers: { 'x-api-key': 'key' } };
    const { status } = await application.kernel.inject('POST', '/kernel/extensions/hello/reload', options);
    expect(status).to.equal(200);
    const line = application.logs.find(({ msg }) => msg === 'in boot');
    expect(line).to.include({ extension: 'hello' }).and.not.to.have.property('requestId');
  });

  it('administration is for the root API key only', async () => {
    await using application = await boot(small('hello', '1'));
    for (const path of ['/kernel/extensions', '/kernel/graph', '/kernel/routes', '/kernel/effects']) {
      expect(await application.status(path)).to.equal(401);
      expect(
        (await application.kernel.inject('GET', path, { headers: { 'x-api-key': 'key' } })).status,
      ).to.equal(200);
    }
    await using closed = await boot(small('hello', '1'), { env: { ROOT_API_KEY: '' } });
    expect(await closed.status('/kernel/extensions')).to.equal(404);
  });
});

describe('a registry that an extension declares', () => {
  const files = {
    ...small('jobs', '1'),
    'extensions/jobs/registry.ts': `import { defineRegistry } from 'backplane';\nexport interface Job { readonly job: string }\nexport const jobs = defineRegistry<Job, readonly string[]>({\n  name: 'jobs', folder: 'jobs', expected: 'a job',\n  accepts: (value): value is Job => typeof value === 'object' && value !== null && 'job' in value,\n  compile: (contributions) => contributions.map(({ owner, value }) => owner.name + ':' + value.job),\n});\n`,
    'extensions/jobs/index.ts': `import { defineExtension } from 'backplane';\nimport { jobs } from './registry.ts';\nexport default defineExtension({ registries: [jobs] });\n`,
    'extensions/jobs/routes/version.ts': `import { route } from 'backplane';\nimport { jobs } from '../registry.ts';\nexport default route.get('/', {}, ({ services }) => services.snapshot.get(jobs));\n`,
    ...small('blog', '1'),
    'extensions/blog/jobs/clean.ts': `export default { job: 'clean' };\n`,
    ...small('shop', '1'),
    'extensions/shop/jobs/both.ts': `export default [{ job: 'bill' }, { job: 'ship' }];\n`,
  };

  it('collects its folder from every extension, and its view is served', async () => {
    await using application = await boot(files);
    expect(await application.get('/jobs')).to.deep.equal(['blog:clean', 'shop:bill', 'shop:ship']);
  });

  it('that is enabled later collects from extensions that already serve, without reloading them', async () => {
    await using application = await boot(files);
    await application.kernel.extensions.disable('jobs');
    await application.kernel.extensions.reload('blog');
    await application.kernel.extensions.enable('jobs');
    expect(await application.get('/jobs')).to.deep.equal(['blog:clean', 'shop:bill', 'shop:ship']);
    expect(generation(application, 'shop')).to.equal(1);
  });

  it('refuses a file that exports something else, naming it', async () => {
    await using application = await boot(
      { ...files, 'extensions/blog/jobs/clean.ts': `export default 42;\n` },
      {},
    );
    expect(application.kernel.extensions.status('blog').reason)
      .to.include('jobs/clean.ts')
      .and.to.include('a job');
  });
});
