import { type TestKernel, testKernel, until } from 'backplane/testing';
import { expect } from 'chai';
import { MailServer } from './support/mail-server.ts';
import { instanceAt } from './support/send.ts';

const ann = { email: 'ann@example.org', password: 'tea at four with Bob' };

async function post(kernel: TestKernel, path: string, body: object): Promise<number> {
  return (await kernel.inject('POST', `/auth/${path}`, { body, headers: { 'accept-language': 'de' } }))
    .status;
}

/** The token that the link of a mail carries. */
function tokenIn({ arrived }: MailServer, index: number): string {
  const [, token = ''] = /\?token=([\w-]+)/.exec(arrived[index]?.mail.text ?? '') ?? [];
  return token;
}

describe('Somebody who registers', () => {
  it('gets a mail by SMTP whose link verifies the address, and one that sets a new password', async () => {
    await using server = await MailServer.start();
    await using kernel = await testKernel({
      from: import.meta.url,
      extensions: ['..', 'email', 'auth'],
      settings: {
        providers: { email: [instanceAt(server)] },
        email: { from: 'Acme <no-reply@acme.example>', appName: 'Acme' },
        auth: {
          ...{ argon2Memory: 64, argon2Passes: 1, requireVerifiedEmail: true },
          verificationUrl: 'https://app.example.org/verify?token={token}',
          resetUrl: 'https://app.example.org/reset?token={token}',
        },
      },
    });
    expect(await post(kernel, 'register', { ...ann, name: 'Ann' })).to.equal(202);
    await until(() => server.arrived.length === 1);
    expect(server.arrived[0]?.mail).to.deep.include({ subject: 'Bestätigen Sie Ihre Adresse' });
    expect(server.arrived[0]?.to).to.deep.equal([ann.email]);
    expect(server.arrived[0]?.mail.html).to.contain(
      `https://app.example.org/verify?token=${tokenIn(server, 0)}`,
    );
    expect(await post(kernel, 'login', ann)).to.equal(401);
    expect(await post(kernel, 'email/verify', { token: tokenIn(server, 0) })).to.equal(204);
    expect(await post(kernel, 'login', ann)).to.equal(200);

    expect(await post(kernel, 'password/forgot', { email: ann.email })).to.equal(202);
    await until(() => server.arrived.length === 2);
    const password = 'another cup of tea';
    expect(await post(kernel, 'password/reset', { token: tokenIn(server, 1), password })).to.equal(204);
    expect(await post(kernel, 'login', { email: ann.email, password })).to.equal(200);
  });
});
