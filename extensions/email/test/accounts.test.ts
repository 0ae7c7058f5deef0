import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extensionFolder, type TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { actingAs } from '../../auth/index.ts';
import { builtInRoles, memberOf, Team } from '../../teams/index.ts';
import { AlreadyRegisteredMail, ResetMail, VerificationMail } from '../mails/account-mails.ts';
import { InvitationMail } from '../mails/invitation-mail.ts';
import { startEmail } from './support/app.ts';

const ann = { email: 'ann@example.org', password: 'tea at four with Bob' };

async function post(kernel: TestKernel, path: string, body: object, language = 'en'): Promise<number> {
  const response = await kernel.inject('POST', `/auth/${path}`, {
    body,
    headers: { 'accept-language': language },
  });
  await kernel.service('auth').background.settled();
  return response.status;
}

describe('Mails about accounts', () => {
  it('verify an address, tell its owner of a second registration, and set a new password', async () => {
    await using kernel = await startEmail({ extensions: ['auth'] });
    using mails = kernel.service('email').fake();
    expect(await post(kernel, 'register', { ...ann, name: 'Ann' }, 'de-AT')).to.equal(202);
    const verification = mails.assertSent(
      VerificationMail,
      ({ to }) => to[0]?.address === ann.email && to[0].name === 'Ann',
    );
    expect(verification.subject).to.equal('Bestätigen Sie Ihre Adresse');
    const { token } = mails.sent(VerificationMail)[0]?.mail?.data ?? { token: '' };
    expect(verification.text).to.contain(token);
    expect(verification.html).to.contain(token);
    expect(await post(kernel, 'email/verify', { token })).to.equal(204);

    await post(kernel, 'register', ann);
    mails.assertSent(AlreadyRegisteredMail, ({ subject }) => subject === 'You have an account already');

    await post(kernel, 'password/forgot', { email: ann.email });
    const reset = mails.assertSent(ResetMail, ({ data }) => data.url === undefined);
    const password = 'another cup of tea';
    expect(await post(kernel, 'password/reset', { token: reset.mail?.data.token, password })).to.equal(204);
    expect(await post(kernel, 'login', { email: ann.email, password })).to.equal(200);
    mails.assertSentCount(3);
  });

  it('carry no links of whoever registers with the address of another', async () => {
    await using kernel = await startEmail({ extensions: ['auth'] });
    using mails = kernel.service('email').fake();
    for (const [index, name] of [
      'Win at https://evil.example now',
      'See evil.example',
      'www.evil',
    ].entries()) {
      const email = `ann${index}@example.org`;
      await post(kernel, 'register', { ...ann, email, name });
      const mail = mails.assertSent(VerificationMail, ({ to }) => to[0]?.address === email);
      expect(JSON.stringify([mail.to, mail.subject, mail.text, mail.html])).to.not.contain('evil');
      expect(mail.text).to.match(/^Hello,\n/);
    }
    await post(kernel, 'register', { ...ann, name: 'Dr. Ann O. Example-Müller' });
    expect(mails.assertSent(VerificationMail, ({ to }) => to[0]?.address === ann.email).text).to.match(
      /^Hello Dr\. Ann O\. Example-Müller,/,
    );
  });

  it('link to the pages of the settings', async () => {
    const verificationUrl = 'https://app.example.org/verify?token={token}';
    await using kernel = await startEmail({
      extensions: ['auth'],
      settings: { auth: { verificationUrl } },
    });
    using mails = kernel.service('email').fake();
    await post(kernel, 'register', ann);
    const { html, text } = mails.assertSent(VerificationMail);
    expect(html).to.match(/<a href="https:\/\/app\.example\.org\/verify\?token=[\w-]+"/);
    expect(text).to.match(/https:\/\/app\.example\.org\/verify\?token=[\w-]+/);
  });

  it('are in the language of EMAIL_LOCALE where nobody asks for one', async () => {
    await using kernel = await startEmail({
      extensions: ['auth'],
      settings: { email: { locale: 'de' } },
    });
    using mails = kernel.service('email').fake();
    await kernel.inject('POST', '/auth/register', { body: ann });
    await kernel.service('auth').background.settled();
    expect(mails.assertSent(VerificationMail).mail?.locale).to.equal('de');
  });

  it('show what people call themselves as text, and address nobody else by it', async () => {
    await using kernel = await startEmail({ extensions: ['auth'] });
    using mails = kernel.service('email').fake();
    const name = 'Ann, <b>eve@example</b>';
    await post(kernel, 'register', { ...ann, name });
    const { to, html } = mails.assertSent(VerificationMail);
    expect(to).to.deep.equal([{ address: ann.email, name }]);
    expect(html).to.contain('Hello Ann, &lt;b&gt;eve@example').and.to.not.contain('<b>');
  });

  it('may be written by another extension', async () => {
    using brand = extensionFolder({
      'manifest.json': { name: 'brand', version: '1.0.0', dependencies: { email: '^1.0.0' } },
      'mails/verification.ts': `
        import { defineMail, VerificationMail } from 'ext:email';
        export default defineMail('auth-verification', { ...VerificationMail.options, subject: 'Welcome to Acme' });`,
      'mails/auth-verification.html.eta': '<h1><%= it.token %></h1>',
    });
    await using kernel = await startEmail({ extensions: ['auth', brand] });
    using mails = kernel.service('email').fake();
    await post(kernel, 'register', ann);
    const { subject, html } = mails.assertSent(VerificationMail);
    expect(subject).to.equal('Welcome to Acme');
    expect(html).to.match(/^<h1>[\w-]+<\/h1>$/);
  });

  it('give way to another extension that delivers them', async () => {
    using pigeon = extensionFolder({
      'manifest.json': { name: 'pigeon', version: '1.0.0', dependencies: { auth: '^1.0.0' } },
      'index.ts': `
        import { defineExtension } from 'backplane';
        declare module 'backplane' { interface Services { readonly pigeons: string[] } }
        export default defineExtension({ register: ({ container }) => void container.value('pigeons', []) });`,
      'auth-messages/delivery.ts': `
        const send = ({ user, locale }, { services }) => void services.pigeons.push(user.email + ' ' + locale);
        export default { sendVerification: send, sendReset: send, sendAlreadyRegistered: send };`,
    });
    await using kernel = await startEmail({ extensions: ['auth', pigeon] });
    using mails = kernel.service('email').fake();
    await post(kernel, 'register', ann, 'fr-CH');
    await post(kernel, 'password/forgot', { email: ann.email });
    expect(kernel.service('pigeons')).to.deep.equal([`${ann.email} fr-CH`, `${ann.email} en`]);
    mails.assertNothingSent();
  });

  it('of production that nobody sends are told in the log, without their tokens', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'backplane-email-'));
    const DATABASE_URL = `sqlite:${join(folder, 'test.db')}`;
    try {
      // Production runs no migrations by itself.
      await (await startEmail({ extensions: ['auth'], env: { DATABASE_URL } }))[Symbol.asyncDispose]();
      await using kernel = await startEmail({
        extensions: ['auth'],
        env: { DATABASE_URL, NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(40) },
        settings: { email: { from: 'hello@acme.example' } },
      });
      expect(await post(kernel, 'register', ann)).to.equal(202);
      const line = kernel.logs.find(({ level, extension }) => level === 'error' && extension === 'auth');
      expect(line?.msg).to.contain('Registering failed');
      expect(JSON.stringify(line))
        .to.contain('No instance of \\"email\\"')
        .and.to.contain('config/providers.ts');
      expect(JSON.stringify(kernel.logs)).to.not.contain(ann.email);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('Invitations to teams', () => {
  it('are mailed in the language of whoever invites, and can be accepted', async () => {
    await using kernel = await startEmail({ extensions: ['auth', 'teams', 'rest'] });
    using mails = kernel.service('email').fake();
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    await kernel.service('data').repository(Team).update(teamId, { name: 'Red &\n\nBlue' });
    const headers = { ...(await actingAs(kernel, { id: actor.id })), 'accept-language': 'de' };
    const body = { email: 'new@example.org', teamId, roleId: builtInRoles.member };
    expect((await kernel.inject('POST', '/teams/invitations', { headers, body })).status).to.equal(201);
    const { html, text, subject, to, mail } = mails.assertSent(InvitationMail);
    expect(text).to.contain('dem Team Red & Blue bei');
    expect(to).to.deep.equal([{ address: 'new@example.org' }]);
    expect(subject).to.equal('Einladung zu Red & Blue');
    expect(html).to.contain('Team Red &amp; Blue').and.to.contain('als member');
    const invited = await kernel.service('data').factory('auth.user').create({ email: 'new@example.org' });
    const accepted = await kernel.inject('POST', '/teams/invitations/accept', {
      headers: await actingAs(kernel, invited),
      body: { token: mail?.data.token },
    });
    expect(accepted.status).to.equal(200);
  });
});

describe('The extension email', () => {
  it('works without auth and teams', async () => {
    await using kernel = await startEmail();
    expect(kernel.extensions.list().map(({ name }) => name)).to.deep.equal(['email']);
    await kernel.service('email').send({ to: 'ann@example.org', subject: 'Tea', text: 'At four?' });
  });
});
