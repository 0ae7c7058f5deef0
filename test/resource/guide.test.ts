import { expect } from 'chai';
import { cli, installGuide, readGuide } from '../support/guide.ts';

describe('the guide to resources', () => {
  it('has examples that work as they stand', async () => {
    using application = installGuide(readGuide('docs/resources.md'), { EXTENSIONS: 'library' });
    await application.run(cli, 'db', 'make');
    expect(await application.run(cli, 'test', 'library')).to.contain('2 passing');
  }).timeout(60_000);
});
