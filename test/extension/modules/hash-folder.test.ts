import { rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { hashFolder } from '../../../kernel/extension/modules/index.ts';
import { failureOf, Workspace } from './workspace.ts';

describe('the hash of a folder', () => {
  it('changes with the content, the name, the coming and the going of a file', async () => {
    await using workspace = await Workspace.create();
    const folder = workspace.folder('blog');
    const hashes: string[] = [];
    const take = async () => hashes.push((await hashFolder(folder)).hash);
    await workspace.write('blog', { 'index.ts': 'a', 'lib/b.ts': 'b' });
    await take();
    await workspace.write('blog', { 'lib/b.ts': 'bb' });
    await take();
    await workspace.write('blog', { 'lib/c.ts': '' });
    await take();
    await rm(join(folder, 'lib/b.ts'));
    await workspace.write('blog', { 'lib/d.ts': 'bb' });
    await take();
    expect(new Set(hashes).size).to.equal(4);
  });

  it('is the same for the same files elsewhere, touched, and beside files that do not count', async () => {
    await using workspace = await Workspace.create();
    const files = { 'index.ts': 'a', 'lib/b.ts': 'b', 'manifest.json': '{}' };
    await workspace.write('blog', files);
    await workspace.write('copy', {
      ...files,
      'node_modules/x/index.js': '',
      'test/a.test.ts': '',
      'var/cache': '',
      '.env': '',
    });
    await utimes(join(workspace.folder('copy'), 'index.ts'), 1, 1);
    const [blog, copy] = await Promise.all(
      [workspace.folder('blog'), workspace.folder('copy')].map(hashFolder),
    );
    expect(blog).to.deep.equal(copy);
    expect(blog?.files).to.deep.equal(['index.ts', 'lib/b.ts', 'manifest.json']);
    expect(blog?.hash).to.match(/^[0-9a-f]{64}$/);
  });

  it('follows symbolic links, but not in circles, and passes over broken ones', async () => {
    await using workspace = await Workspace.create();
    const folder = workspace.folder('blog');
    await workspace.write('shared', { 'a.ts': '1', 'deep/b.ts': '' });
    await workspace.write('blog', { 'index.ts': '' });
    await symlink(workspace.folder('shared'), join(folder, 'linked'));
    await symlink(folder, join(workspace.folder('shared'), 'deep/back'));
    await symlink(join(folder, 'gone.ts'), join(folder, 'broken.ts'));
    const before = await hashFolder(folder);
    expect(before.files).to.deep.equal(['index.ts', 'linked/a.ts', 'linked/deep/b.ts']);
    await workspace.write('shared', { 'a.ts': '2' });
    expect((await hashFolder(folder)).hash).not.to.equal(before.hash);
  });

  it('fails for a folder that is not there', async () => {
    expect(await failureOf(hashFolder('/nowhere/at/all'))).to.include({ code: 'ENOENT' });
  });
});
