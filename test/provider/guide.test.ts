import { expect } from 'chai';
import { cli, installGuide, readGuide } from '../support/guide.ts';

describe('the guides to providers and drivers', () => {
  it('have examples that work as they stand', async () => {
    const guides = ['docs/providers.md', 'docs/writing-a-driver.md'].map(readGuide).join('\n');
    const environment = { EXTENSIONS: 'alerts,acme-sms', ACME_KEY: 'hunter2' };
    using application = installGuide(guides, environment);
    expect(await application.run(cli, 'test', 'alerts')).to.contain('1 passing');
    const conformance = await application.run(cli, 'test', 'acme-sms');
    expect(conformance)
      .to.match(/[6-9]\d passing/)
      .and.to.match(/1 pending/)
      .and.to.not.match(/failing/);
    expect(await application.run(cli, 'extension', 'list')).to.match(/acme-sms +1\.0\.0 +active/);
  }).timeout(60_000);
});
