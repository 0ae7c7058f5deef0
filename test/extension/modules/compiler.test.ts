import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Workspace } from './workspace.ts';

describe('the compiler', () => {
  it('is started again after its process was killed, for builds at the same time too', async () => {
    await using workspace = await Workspace.create();
    const script = new URL('killed-compiler.ts', import.meta.url).pathname;
    const args = ['--no-warnings', script, workspace.root];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).to.deep.equal(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled']);
  });
});
