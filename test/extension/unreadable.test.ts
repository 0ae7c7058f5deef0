import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Application, boot, small, until, versionRoute } from '../support/application.ts';

/** Makes what cannot be read in an application's folder. */
type Damage = (root: string) => void;
const loopAt =
  (path: string): Damage =>
  (root) =>
    symlinkSync('loop', join(root, path));

describe('an extension that cannot be read', () => {
  for (const [what, name, damage, reason] of [
    ['a link in a circle among its files', 'bad', loopAt('extensions/bad/loop'), /ELOOP/],
    ['a folder that is a link in a circle', 'loop', loopAt('extensions/loop'), /ELOOP/],
    [
      'a manifest that is a folder',
      'folder',
      (root: string) => mkdirSync(join(root, 'extensions/folder/manifest.json'), { recursive: true }),
      /manifest\.json: is not a file/,
    ],
  ] as const) {
    it(`keeps only itself out: ${what}`, async () => {
      await using application = new Application();
      application.write({ ...small('good', '1'), ...small('bad', '1') });
      damage(application.root);
      await (await application.create()).boot();
      const { state, lastFailure } = application.kernel.extensions.status(name);
      expect(state).to.equal('failed');
      expect(lastFailure?.message).to.match(reason);
      expect(await application.get('/good')).to.deep.equal({ version: '1' });
    });
  }

  it('is told that it is too large when a large folder is linked into it', async () => {
    await using application = new Application();
    application.write({ ...small('good', '1'), ...small('bad', '1') });
    const many = join(application.root, 'many');
    mkdirSync(many);
    for (let i = 0; i <= 10_000; i += 1) writeFileSync(join(many, `${i}.txt`), '');
    symlinkSync(many, join(application.root, 'extensions/bad/many'));
    await (await application.create()).boot();
    expect(application.kernel.extensions.status('bad').lastFailure?.message).to.include(
      'has more than 10000 files',
    );
    expect(application.states()).to.include({ good: 'active' });
  });

  it('goes on serving what it was, and takes no other edit of the same moment with it', async () => {
    await using application = await boot({ ...small('bad', '1'), ...small('good', '1') });
    const { extensions } = application.kernel;
    const loop = join(application.root, 'extensions/bad/loop');
    symlinkSync('loop', loop);
    application.write({ 'extensions/good/routes/version.ts': versionRoute('2') });
    await extensions.sync(['bad', 'good']);
    expect(await application.get('/good')).to.deep.equal({ version: '2' });
    expect(await application.get('/bad')).to.deep.equal({ version: '1' });
    expect(extensions.status('bad').lastFailure?.phase).to.equal('discover');
    expect(extensions.status('bad').lastFailure?.message).to.include('ELOOP');
    rmSync(loop);
    await extensions.sync(['bad']);
    expect(extensions.status('bad')).to.deep.include({
      state: 'active',
      generation: 1,
      lastFailure: undefined,
    });
  });
});

describe('an edit that failed', () => {
  it('is forgotten when it is undone byte for byte', async () => {
    await using application = await boot(small('hello', '1'));
    const { extensions } = application.kernel;
    application.write({ 'extensions/hello/routes/version.ts': 'export default (' });
    await extensions.sync(['hello']);
    expect(extensions.status('hello').lastFailure?.phase).to.equal('load');
    application.write(small('hello', '1'));
    await extensions.sync(['hello']);
    expect(extensions.status('hello')).to.deep.include({ generation: 1, lastFailure: undefined });
    expect((await extensions.enable('hello')).state).to.equal('active');
  });

  it('because of what else is wrong is tried again with the next one', async () => {
    await using application = await boot(small('hello', '1'));
    await application.kernel.watch();
    application.write({
      'config/kernel.ts': 'export default (',
      'extensions/hello/routes/version.ts': versionRoute('2'),
    });
    await until(() => application.logs.some(({ msg }) => msg === 'Watching the extensions failed'));
    application.remove('config');
    application.write(small('other', '1'));
    await until(async () => (await application.status('/other')) === 200);
    expect(await application.get('/hello')).to.deep.equal({ version: '2' });
  });
});
