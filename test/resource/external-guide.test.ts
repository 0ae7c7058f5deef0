import { expect } from 'chai';
import { cli, installGuide, readGuide } from '../support/guide.ts';

describe('the guide to entities behind a provider', () => {
  it('has examples that work as they stand', async () => {
    using application = installGuide(readGuide('docs/external-entities.md'), { EXTENSIONS: 'crm,acme-crm' });
    expect(await application.run(cli, 'test', 'crm')).to.contain('1 passing');
  }).timeout(60_000);
});
