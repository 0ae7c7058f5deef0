import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { trimFolder } from '../../kernel/cli/trim-folder.ts';
import { Application } from './application.ts';

describe('the trimming of a cache', () => {
  it('empties a folder with more files than it should hold, and only then', async () => {
    await using application = await Application.create({ 'cache/a': '', 'cache/b': '' });
    const folder = join(application.root, 'cache');
    await trimFolder(folder, 2);
    expect(await readdir(folder)).to.deep.equal(['a', 'b']);
    await mkdir(join(folder, 'c'));
    await trimFolder(folder, 2);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('leaves alone what is not there', async () => {
    await using application = await Application.create();
    await trimFolder(join(application.root, 'cache'), 2);
    expect(await readdir(application.root)).to.deep.equal([]);
  });
});
