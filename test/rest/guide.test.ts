import { expect } from 'chai';
import { cli, installGuide, readGuide } from '../support/guide.ts';

describe('the guide to REST', () => {
  it('has examples that work as they stand', async () => {
    using application = installGuide(readGuide('docs/rest.md'), { EXTENSIONS: 'shop,rest' });
    await application.run(cli, 'db', 'make', '--extension', 'shop');
    expect(await application.run(cli, 'test', 'shop')).to.contain('2 passing');
  }).timeout(60_000);
});
