import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { cli } from './support/guide.ts';

describe('The example of a blog', () => {
  it('passes its own tests, those that are generated among them', async () => {
    const env = { ...process.env, EXTENSION_PATHS: 'docs/examples/blog' };
    const words = ['--no-warnings', cli, 'test', 'blog', 'blog-moderation'];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    // Neither of its entities has a field that may not be read.
    expect(stdout).to.match(/26 passing[\s\S]*2 pending/);
    expect(stdout).not.to.match(/failing/);
  }).timeout(120_000);
});
