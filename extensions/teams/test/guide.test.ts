import { expect } from 'chai';
import { cli, installGuide, readGuide } from '../../../test/support/guide.ts';

describe('the guide to access', () => {
  it('has examples that work as they stand', async () => {
    using application = installGuide(readGuide('docs/access.md'), { EXTENSIONS: 'forum' });
    await application.run(cli, 'db', 'make');
    expect(await application.run(cli, 'test', 'forum')).to.contain('1 passing');
  }).timeout(60_000);
});
