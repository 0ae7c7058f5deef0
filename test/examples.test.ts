import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { cli } from './support/guide.ts';

describe('The example of a blog', () => {
  it('passes its own tests, those that are generated among them', async () => {
    const env = { ...process.env, EXTENSION_PATHS: 'docs/examples/blog' };
    const words = ['--no-warnings', cli, 'test', 'blog', 'blog-moderation'];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env });
    expect(stdout)
      .to.match(/24 passing/)
      .and.not.match(/pending|failing/);
  }).timeout(120_000);
});
