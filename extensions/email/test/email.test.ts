import { testKernel } from 'backplane/testing';
import { expect } from 'chai';

describe('email', () => {
  it('delivers the messages of auth', async () => {
    await using kernel = await testKernel({
      from: import.meta.url,
      extensions: ['..', '../../auth', '../../teams'],
      settings: { auth: { argon2Memory: 64, argon2Passes: 1 } },
    });
    const body = { email: 'ann@example.org', password: 'tea at four with Bob', name: 'Ann' };
    expect(
      (await kernel.inject('POST', '/auth/register', { body, headers: { 'accept-language': 'de-AT' } }))
        .status,
    ).to.equal(202);
    await kernel.service('auth').background.settled();
    console.log(kernel.service('email').outbox.all.map(({ text, subject, to }) => ({ text, subject, to })));
    console.log(kernel.logs.filter((l) => l.level === 'warn' || l.level === 'error'));
  });
});
