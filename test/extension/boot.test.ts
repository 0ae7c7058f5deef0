import { expect } from 'chai';
import { boot, index, small } from '../support/application.ts';

const failing = (name: string, members: string, manifest: object = {}) => ({
  ...small(name, '1', manifest),
  [`extensions/${name}/index.ts`]: index(members),
});

describe('boot', () => {
  it('a manifest and one routes file are a whole extension', async () => {
    await using application = await boot(small('hello', '1'));
    expect(await application.get('/hello')).to.deep.equal({ version: '1' });
    expect(application.states()).to.deep.equal({ hello: 'active' });
  });

  it('a bad manifest keeps its extension out, says why, and the rest serves', async () => {
    await using application = await boot({
      ...small('good', '1'),
      'extensions/broken-json/manifest.json': '{ "name": ',
      'extensions/unknown-key/manifest.json': { name: 'unknown-key', version: '1.0.0', dependecies: {} },
      'extensions/other-name/manifest.json': { name: 'another', version: '1.0.0' },
      'extensions/no-semver/manifest.json': { name: 'no-semver', version: 'one' },
    });
    expect(application.states()).to.deep.equal({
      'broken-json': 'failed',
      good: 'active',
      'no-semver': 'failed',
      'other-name': 'failed',
      'unknown-key': 'failed',
    });
    const reason = (name: string) => application.kernel.extensions.status(name).reason;
    expect(reason('broken-json')).to.match(/broken-json\/manifest\.json: is not JSON/);
    expect(reason('unknown-key')).to.include('Did you mean "dependencies"?');
    expect(reason('other-name')).to.include('"name" is "another", but the folder is called "other-name"');
    expect(reason('no-semver')).to.include('no semantic version');
    expect(await application.status('/good')).to.equal(200);
  });

  it('missing, cyclic and out-of-range dependencies block with the chain of causes', async () => {
    await using application = await boot({
      ...small('lonely', '1', { dependencies: { nobody: '^1.0.0' } }),
      ...small('behind', '1', { dependencies: { lonely: '*' } }),
      ...small('slip', '1', { dependencies: { goood: '*' } }),
      ...small('one', '1', { dependencies: { two: '*' } }),
      ...small('two', '1', { dependencies: { one: '*' } }),
      ...small('picky', '1', { dependencies: { good: '^2.0.0' } }),
      ...small('good', '1'),
    });
    const reason = (name: string) => application.kernel.extensions.status(name).reason;
    expect(application.states()).to.deep.equal({
      lonely: 'blocked',
      behind: 'blocked',
      slip: 'blocked',
      one: 'blocked',
      two: 'blocked',
      picky: 'blocked',
      good: 'active',
    });
    expect(reason('lonely')).to.include('needs "nobody" (^1.0.0), which was not found. Add');
    expect(reason('slip')).to.include('Did you mean "good"?');
    expect(reason('behind')).to.include('"lonely"');
    expect(reason('one')).to.include('two → one');
    expect(reason('picky')).to.equal('needs "good" in ^2.0.0, but it is 1.0.0');
  });

  for (const [what, members, phase] of [
    ['register', `register() { throw new Error('no luck') }`, 'register'],
    ['boot', `boot() { throw new Error('no luck') }`, 'boot'],
    ['an asynchronous boot', `async boot() { await null; throw new Error('no luck') }`, 'boot'],
    ['health', `health() { throw new Error('no luck') }`, 'health'],
  ] as const) {
    it(`a throw in ${what} keeps the extension and its dependents out`, async () => {
      await using application = await boot({
        ...failing('bad', members),
        ...small('dependent', '1', { dependencies: { bad: '*' } }),
        ...small('likes', '1', { optionalDependencies: { bad: '*' } }),
        ...small('good', '1'),
      });
      expect(application.states()).to.deep.equal({
        bad: 'failed',
        dependent: 'blocked',
        likes: 'active',
        good: 'active',
      });
      expect(application.kernel.extensions.status('bad').lastFailure).to.include({
        phase,
        message: 'no luck',
      });
      expect(await application.status('/bad')).to.equal(404);
    });
  }

  it('a syntax error and a throw at the top level name file and line', async () => {
    await using application = await boot({
      ...small('syntax', '1'),
      'extensions/syntax/routes/version.ts': `import { route } from 'backplane';\n\nexport default route.get(;\n`,
      ...small('throws', '1'),
      'extensions/throws/routes/version.ts': `const a = 1;\nthrow new Error('at once');\n`,
    });
    const message = (name: string) => application.kernel.extensions.status(name).lastFailure?.message;
    expect(message('syntax')).to.include('routes/version.ts:3');
    expect(message('throws')).to.include('routes/version.ts:2').and.to.include('at once');
  });

  it('a health check that answers false keeps the extension out', async () => {
    await using application = await boot(failing('bad', 'async health() { return false; }'));
    expect(application.states()).to.deep.equal({ bad: 'failed' });
    expect(application.kernel.extensions.status('bad').reason).to.include('returned false');
  });

  for (const [what, files, reason] of [
    ['an unknown part', { 'index.ts': index('bot() {}') }, '"bot" is unknown. Did you mean "boot"?'],
    ['no default export', { 'index.ts': `export function boot() {}\n` }, 'it has no default export'],
    ['no export at all', { 'index.ts': `console.assert(true);\n` }, 'it has no default export'],
    [
      'a bare middleware',
      {
        'middleware/bare.ts': `import { defineMiddleware } from 'backplane';\nexport default defineMiddleware((req, res, next) => next());\n`,
      },
      'defineMiddleware: takes { phase, handle }, not a function',
    ],
  ] as const) {
    it(`refuses ${what}, which would silently do nothing`, async () => {
      const own = Object.entries(files).map(([file, text]) => [`extensions/odd/${file}`, text]);
      await using app = await boot({ ...small('odd', '1'), ...Object.fromEntries(own) });
      expect(app.kernel.extensions.status('odd').state).to.equal('failed');
      expect(app.kernel.extensions.status('odd').reason).to.include(reason);
    });
  }

  it('warns of a folder whose name is nearly one that a registry collects', async () => {
    const helper = 'export const helper = 1;\n';
    await using app = await boot({
      ...small('odd', '1'),
      'extensions/odd/listners/greet.ts': helper,
      'extensions/odd/parsers/admin.ts': helper,
    });
    const warnings = app.logs.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(warnings).to.deep.equal([
      'No registry collects the folder "listners/". Did you mean "listeners"?',
    ]);
  });

  it('a boot that never ends is given up, and what it acquired is released', async () => {
    await using application = await boot({
      ...failing(
        'slow',
        `async boot({ effects, log }) { effects.add('thing', () => log.info('released')); await new Promise(() => {}); }`,
        {
          timeouts: { boot: 30 },
        },
      ),
      ...small('good', '1'),
    });
    expect(application.states()).to.deep.equal({ slow: 'failed', good: 'active' });
    expect(application.kernel.extensions.status('slow').reason).to.include(
      'boot of extension "slow" took longer than 30 ms',
    );
    expect(application.logs.some(({ msg }) => msg === 'released')).to.equal(true);
  });

  it('an extension that says so aborts the boot', async () => {
    const files = failing('vital', `boot() { throw new Error('no luck') }`, { onFailure: 'abort' });
    let message = '';
    try {
      await using _ = await boot({ ...files, ...small('good', '1') });
    } catch (error) {
      message = String(error);
    }
    expect(message).to.include('The extension "vital" must run').and.to.include('no luck');
  });

  it('an extension of the application takes the place of a bundled one of the same name', async () => {
    await using app = await boot(small('metrics', 'mine'), { alone: false, env: { EXTENSIONS: 'metrics' } });
    expect(await app.get('/metrics')).to.deep.equal({ version: 'mine' });
    expect(app.logs.filter(({ level }) => level === 'error')).to.deep.equal([]);
  });

  it('two extensions with one route: the first serves, the second is refused with both names', async () => {
    await using application = await boot({
      ...small('a', '1', { prefix: '/same' }),
      ...small('b', '2', { prefix: '/same' }),
    });
    expect(application.states()).to.deep.equal({ a: 'active', b: 'failed' });
    expect(application.kernel.extensions.status('b').reason)
      .to.include('GET /same')
      .and.to.include('"a" (routes/version.ts), "b" (routes/version.ts)');
    expect(await application.get('/same')).to.deep.equal({ version: '1' });
  });

  it('two extensions with one service name: refused with both names', async () => {
    const members = `register({ container }) { container.value('shared', 1); }`;
    await using application = await boot({ ...failing('a', members), ...failing('b', members) });
    expect(application.states()).to.deep.equal({ a: 'active', b: 'failed' });
    expect(application.kernel.extensions.status('b').reason)
      .to.include('The service "shared"')
      .and.to.include('"a", "b"');
  });

  it('two extensions with one setting: refused with both names', async () => {
    const config = (field: string) =>
      `import { defineSettings, Type } from 'backplane';\nexport default defineSettings(Type.Object({ ${field}: Type.String({ default: '' }) }));\n`;
    await using application = await boot({
      ...small('mail', '1'),
      'extensions/mail/config.ts': config('boxSize'),
      ...small('mail-box', '1'),
      'extensions/mail-box/config.ts': config('size'),
    });
    expect(application.states()).to.deep.equal({ mail: 'active', 'mail-box': 'failed' });
    expect(application.kernel.extensions.status('mail-box').reason)
      .to.include('MAIL_BOX_SIZE')
      .and.to.include('"mail", "mail-box"');
  });

  it('missing settings block, naming the variables; invalid ones fail', async () => {
    const config = `import { defineSettings, Type } from 'backplane';\nexport default defineSettings(Type.Object({ apiKey: Type.String({ secret: true }), port: Type.Integer({ default: 1 }) }));\n`;
    const files = { ...small('mail', '1'), 'extensions/mail/config.ts': config, ...small('good', '1') };
    await using missing = await boot(files);
    expect(missing.states()).to.deep.equal({ mail: 'blocked', good: 'active' });
    expect(missing.kernel.extensions.status('mail').reason).to.include('MAIL_API_KEY');
    await using invalid = await boot(files, { env: { MAIL_PORT: 'many', MAIL_API_KEY: 'secret!' } });
    expect(invalid.states()).to.deep.equal({ mail: 'failed', good: 'active' });
    expect(invalid.kernel.extensions.status('mail').reason)
      .to.include('MAIL_PORT')
      .and.not.to.include('secret!');
    await using right = await boot(files, { env: { MAIL_API_KEY: 'secret!' } });
    expect(right.states()).to.deep.equal({ mail: 'active', good: 'active' });
  });

  it('EXTENSIONS selects, and an unknown name stops the start with the nearest', async () => {
    const files = {
      ...small('blog', '1', { dependencies: { auth: '*' } }),
      ...small('auth', '1'),
      ...small('payment', '1'),
    };
    await using only = await boot(files, { env: { EXTENSIONS: 'blog' } });
    expect(only.states()).to.deep.equal({ auth: 'active', blog: 'active', payment: 'disabled' });
    await using but = await boot(files, { env: { EXTENSIONS: '-payment' } });
    expect(but.states()).to.deep.equal({ auth: 'active', blog: 'active', payment: 'disabled' });
    let message = '';
    try {
      await using _ = await boot(files, { env: { EXTENSIONS: 'blgo' } });
    } catch (error) {
      message = String(error);
    }
    expect(message).to.include('There is no extension "blgo". Did you mean "blog"?');
  });

  it('registers all before any boots, in graph order', async () => {
    const tell = `register({ log, name }) { log.info('register ' + name) }, boot({ log, name }) { log.info('boot ' + name) }`;
    await using application = await boot({
      ...failing('c', tell, { dependencies: { b: '*' } }),
      ...failing('b', tell, { dependencies: { a: '*' } }),
      ...failing('a', tell),
    });
    const told = application.logs
      .map(({ msg }) => String(msg))
      .filter((msg) => /^(register|boot) /.test(msg));
    expect(told).to.deep.equal(['register a', 'register b', 'register c', 'boot a', 'boot b', 'boot c']);
  });

  it('refuses services of extensions that the manifest does not declare, naming the owner', async () => {
    await using application = await boot({
      ...failing('mail', `register({ container }) { container.value('mailer', 1); }`),
      ...failing('blog', `boot({ services }) { services.mailer; }`),
      ...failing('news', `boot({ services, log }) { log.info('mailer ' + services.mailer); }`, {
        dependencies: { mail: '*' },
      }),
    });
    expect(application.states()).to.deep.equal({ mail: 'active', blog: 'failed', news: 'active' });
    expect(application.kernel.extensions.status('blog').reason)
      .to.include('"mailer"')
      .and.to.include('"mail"');
    expect(application.logs.some(({ msg }) => msg === 'mailer 1')).to.equal(true);
  });

  for (const [mode, detail] of [
    ['production', 'Something went wrong on our side. The log tells more under this id.'],
    ['development', 'the cause'],
    ['test', 'the cause'],
  ] as const) {
    it(`in ${mode}, an unexpected error answers "${detail}"`, async () => {
      const route = `import { route } from 'backplane';\nexport default route.get('/', () => { throw new Error('the cause'); });\n`;
      const files = { ...small('a', '1'), 'extensions/a/routes/version.ts': route };
      await using application = await boot(files, { env: { NODE_ENV: mode } });
      expect(await application.get('/a')).to.include({ status: 500, detail });
    });
  }

  it('two kernels with different extensions run side by side in one process', async () => {
    await using first = await boot(small('hello', 'first'));
    await using second = await boot(small('hello', 'second'));
    expect(await first.get('/hello')).to.deep.equal({ version: 'first' });
    expect(await second.get('/hello')).to.deep.equal({ version: 'second' });
  });

  it('an unwritable var/ is told and costs nothing but memory of the past', async () => {
    await using application = await boot({ ...small('hello', '1'), var: 'a file where a folder should be' });
    expect(await application.get('/hello')).to.deep.equal({ version: '1' });
    await application.kernel.extensions.disable('hello');
    expect(await application.status('/hello')).to.equal(404);
    const warnings = application.logs.filter(({ level }) => level === 'warn').map(({ msg }) => String(msg));
    expect(warnings.join('\n')).to.include('not remembered after a restart');
  });
});
