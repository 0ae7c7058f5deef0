import { expect } from 'chai';
import { cli, installGuide, readGuide } from '../support/guide.ts';

describe('the guide to providers', () => {
  it('has examples that work as they stand', async () => {
    const environment = { EXTENSIONS: 'alerts,acme-sms', ACME_KEY: 'hunter2' };
    using application = installGuide(readGuide('docs/providers.md'), environment);
    expect(await application.run(cli, 'test', 'alerts')).to.contain('1 passing');
    expect(await application.run(cli, 'extension', 'list')).to.match(/acme-sms +1\.0\.0 +active/);
  }).timeout(60_000);
});
