import { eventsOf, extensionFolder, until } from 'backplane/testing';
import { expect } from 'chai';
import { User } from '../entities/user.ts';
import { ann, bearer, codeOf, createUser, login, post, startAuth, statusOfMe } from './app.ts';

/** An extension that delivers messages: here into a list that the test reads. */
function mailbox() {
  return extensionFolder({
    'manifest.json': { name: 'mailbox', version: '1.0.0', dependencies: { auth: '^1.0.0' } },
    'index.ts': `
      import { defineExtension } from 'backplane';
      export const mails = [];
      export default defineExtension({ register({ container }) { container.value('mails', mails); } });`,
    'auth-messages/mails.ts': `
      import { mails } from '../index.ts';
      const keep = (kind) => (message) => { mails.push({ kind, to: message.user.email, ...message }); };
      export default {
        sendVerification: keep('verification'),
        sendReset: keep('reset'),
        sendAlreadyRegistered: keep('taken'),
      };`,
  });
}

interface Mail {
  readonly kind: string;
  readonly to: string;
  readonly token: string;
  readonly url: string | undefined;
  readonly user: object;
}

async function mailTo(kernel: Awaited<ReturnType<typeof startAuth>>, kind: string): Promise<Mail> {
  const mails = kernel.service('mails') as Mail[];
  await until(() => mails.some((mail) => mail.kind === kind));
  const index = mails.findIndex((mail) => mail.kind === kind);
  const [mail] = mails.splice(index, 1);
  if (!mail) throw new Error(`There is no ${kind}.`);
  return mail;
}

describe('An account', () => {
  it('is registered, logged in to, seen and named', async () => {
    await using kernel = await startAuth();
    const events = eventsOf(kernel, 'auth.**');
    const registered = await post(kernel, 'register', { ...ann, email: 'Ann@Example.org', name: 'Ann' });
    expect(registered.status).to.equal(202);
    const headers = bearer(await login(kernel));
    const me = await kernel.inject('GET', '/auth/me', { headers });
    expect(me.json()).to.include({ email: ann.email, name: 'Ann', emailVerified: false, admin: false });
    expect(me.body).not.to.include('argon2');

    const named = await kernel.inject('PATCH', '/auth/me', { headers, body: { name: 'Ann B.' } });
    expect(named.json()).to.include({ name: 'Ann B.' });
    await until(() => events.some(({ name }) => name === 'auth.registered'));
    expect(events.map(({ name }) => name)).to.include('auth.logged-in');
  });

  it('takes nothing but what it is asked for', async () => {
    await using kernel = await startAuth();
    for (const extra of [
      { admin: true },
      { emailVerifiedAt: '2026-01-01T00:00:00.000Z' },
      { id: '0198f3a0-0000-7000-8000-000000000000' },
      { passwordHash: 'x' },
    ]) {
      const response = await post(kernel, 'register', { ...ann, ...extra });
      expect(response.status, JSON.stringify(extra)).to.equal(400);
    }
    expect(await kernel.service('data').repository(User).count()).to.equal(0);

    await createUser(kernel);
    const headers = bearer(await login(kernel));
    for (const body of [{ admin: true }, { email: 'eve@example.org' }, { disabledAt: null }]) {
      const response = await kernel.inject('PATCH', '/auth/me', { headers, body });
      expect(response.status, JSON.stringify(body)).to.equal(400);
    }
    const poisoned = '{"name":"Ann","__proto__":{"admin":true}}';
    const json = { ...headers, 'content-type': 'application/json' };
    expect((await kernel.inject('PATCH', '/auth/me', { headers: json, body: poisoned })).status).to.equal(
      400,
    );
    expect(await kernel.service('data').repository(User).all()).to.satisfy((users: User[]) =>
      users.every(({ admin }) => !admin),
    );
  });

  it('wants a password that is long and not guessed first', async () => {
    await using kernel = await startAuth();
    const unfit = [
      'short',
      'Password1234',
      'qwertyuiop12',
      'aaaaaaaaaaaaaa',
      'abcabcabcabcabc',
      '123456789012',
      ann.email,
    ];
    for (const password of unfit) {
      const response = await post(kernel, 'register', { ...ann, password });
      expect(response.status, password).to.equal(422);
      expect(codeOf(response)).to.equal('PASSWORD_UNFIT');
    }
    expect((await post(kernel, 'register', { ...ann, password: 'x'.repeat(129) })).status).to.equal(422);
    expect((await post(kernel, 'register', { ...ann, password: 'ein ganz langer Satz' })).status).to.equal(
      202,
    );
  });

  it('can be closed to registration', async () => {
    await using kernel = await startAuth({ settings: { registration: false } });
    expect(codeOf(await post(kernel, 'register', ann))).to.equal('REGISTRATION_CLOSED');
  });

  it('is verified by the token of a message, once', async () => {
    using extension = mailbox();
    const settings = {
      requireVerifiedEmail: true,
      verificationUrl: 'https://app.example.org/verify?t={token}',
    };
    await using kernel = await startAuth({ settings, extensions: [extension] });
    await post(kernel, 'register', ann);
    const { token, url, to, user } = await mailTo(kernel, 'verification');
    expect(to).to.equal(ann.email);
    expect(url).to.equal(`https://app.example.org/verify?t=${token}`);
    expect(user).to.have.all.keys('id', 'email', 'name');
    expect((await post(kernel, 'login', ann)).status).to.equal(401);

    expect((await post(kernel, 'email/verify/request', { email: ann.email })).status).to.equal(202);
    const again = await mailTo(kernel, 'verification');
    expect((await post(kernel, 'email/verify', { token })).status, 'the earlier one').to.equal(400);
    expect(
      (await post(kernel, 'password/reset', { token: again.token, password: 'of another purpose' })).status,
    ).to.equal(400);
    expect((await post(kernel, 'email/verify', { token: again.token })).status).to.equal(204);
    expect((await post(kernel, 'email/verify', { token: again.token })).status, 'twice').to.equal(400);
    await login(kernel);
  });

  it('gets a new password by the token of a message, which ends sessions and API keys', async () => {
    using extension = mailbox();
    await using kernel = await startAuth({ extensions: [extension] });
    await createUser(kernel);
    const headers = bearer(await login(kernel));
    const made = await post(kernel, 'api-keys', { name: 'script', scopes: ['*'] }, headers);
    const apiKey = { 'x-api-key': made.json<{ key: string }>().key };
    expect(await statusOfMe(kernel, apiKey)).to.equal(200);

    expect((await post(kernel, 'password/forgot', { email: ann.email })).status).to.equal(202);
    const { token } = await mailTo(kernel, 'reset');
    const unfit = await post(kernel, 'password/reset', { token, password: 'short' });
    expect(unfit.status, 'an unfit password leaves the token').to.equal(422);
    const password = 'quite another sentence';
    expect((await post(kernel, 'password/reset', { token, password })).status).to.equal(204);
    expect((await post(kernel, 'password/reset', { token, password })).status, 'twice').to.equal(400);
    expect(await statusOfMe(kernel, headers)).to.equal(401);
    expect(await statusOfMe(kernel, apiKey)).to.equal(401);
    expect((await post(kernel, 'login', ann)).status).to.equal(401);
    await login(kernel, { email: ann.email, password });
  });

  it('changes its password with the current one, which ends the other sessions', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const [mine, other] = [bearer(await login(kernel)), bearer(await login(kernel))];
    const password = 'quite another sentence';
    const wrong = await post(kernel, 'password', { current: 'a wrong one here', password }, mine);
    expect(wrong.status).to.equal(403);
    expect((await post(kernel, 'password', { current: ann.password, password }, mine)).status).to.equal(204);
    expect(await statusOfMe(kernel, mine)).to.equal(200);
    expect(await statusOfMe(kernel, other)).to.equal(401);
    await login(kernel, { email: ann.email, password });
  });

  it('is told when somebody registers with its address', async () => {
    using extension = mailbox();
    await using kernel = await startAuth({ extensions: [extension] });
    await createUser(kernel);
    await post(kernel, 'register', { ...ann, password: 'somebody else entirely' });
    expect((await mailTo(kernel, 'taken')).to).to.equal(ann.email);
    await login(kernel);
  });

  it('that is disabled is out at once, and in again when it is enabled', async () => {
    await using kernel = await startAuth();
    const id = await createUser(kernel);
    const tokens = await login(kernel);
    const { key } = (await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, bearer(tokens))).json<{
      key: string;
    }>();
    expect(await statusOfMe(kernel, bearer(tokens))).to.equal(200);
    expect(await statusOfMe(kernel, { 'x-api-key': key })).to.equal(200);
    await kernel.service('auth').administration.disable(id);
    expect(await statusOfMe(kernel, bearer(tokens))).to.equal(401);
    expect(await statusOfMe(kernel, { 'x-api-key': key })).to.equal(401);
    expect((await post(kernel, 'refresh', { refreshToken: tokens.refreshToken })).status).to.equal(401);
    expect((await post(kernel, 'login', ann)).status).to.equal(401);
    await kernel.service('auth').administration.enable(id);
    expect(await statusOfMe(kernel, { 'x-api-key': key })).to.equal(200);
    await login(kernel);
  });

  it('without an extension for e-mail finds its tokens in the log of development, never in that of production', async () => {
    await using development = await startAuth();
    await post(development, 'register', ann);
    await until(() => development.logs.some(({ msg }) => msg?.includes('verify your address: ')));

    const env = {
      NODE_ENV: 'production',
      JWT_SECRET: 'a secret of at least 32 characters',
      AUTO_MIGRATE: 'true',
    };
    await using production = await startAuth({ env });
    await post(production, 'register', ann);
    await until(() => production.logs.some(({ msg }) => msg?.includes('nobody gets this one')));
    expect(JSON.stringify(production.logs)).not.to.include(ann.email);
    expect((await post(production, 'login', ann)).status, 'not verified').to.equal(401);
  });
});
