import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { extensionFolder, testKernel, until } from '../../kernel/testing/index.ts';

describe('extensionFolder', () => {
  it('writes the files into a folder named as the manifest says, and removes all of it', () => {
    const folder = extensionFolder({
      'manifest.json': { name: 'blog', version: '2.0.0' },
      'locales/en/blog.json': { title: 'Blog' },
    });
    expect(basename(folder.path)).to.equal('blog');
    expect(folder.name).to.equal('blog');
    expect(JSON.parse(readFileSync(join(folder.path, 'locales/en/blog.json'), 'utf8'))).to.deep.equal({
      title: 'Blog',
    });
    folder[Symbol.dispose]();
    expect(existsSync(dirname(folder.path))).to.equal(false);
  });

  it('makes do without a manifest, and with one that is broken on purpose', () => {
    using nameless = extensionFolder({});
    using broken = extensionFolder({ 'manifest.json': '{ "name": "torn", ' });
    expect([nameless.name, broken.name]).to.deep.equal(['inline', 'torn']);
  });

  it('can be edited while a kernel serves it', async () => {
    const version = (number: number): string =>
      `import { route } from 'backplane'; export default route.get('/version', {}, () => ({ number: ${number} }));`;
    using folder = extensionFolder({ 'routes/version.ts': version(1) });
    await using kernel = await testKernel({ extensions: [folder] });
    folder.write({ 'routes/version.ts': version(2) });
    await kernel.extensions.sync([folder.name]);
    expect((await kernel.inject('GET', '/inline/version')).json()).to.deep.equal({ number: 2 });
    folder.remove();
    await kernel.extensions.sync([folder.name]);
    await until(async () => (await kernel.inject('GET', '/inline/version')).status === 404);
  });
});
