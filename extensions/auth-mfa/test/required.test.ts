import { expect } from 'chai';
import { boot } from '../../../test/support/application.ts';
import {
  ann,
  bearerOf,
  claimsOf,
  codeOf,
  createUser,
  enrolTotp,
  post,
  startMfa,
  tokensOf,
  totpCode,
} from './app.ts';

const admin = { email: 'root@example.org', password: 'tea at six for all' };

describe('Where a second factor is required', () => {
  it('of administrators, they set one up at their next login, and others log in as before', async () => {
    await using kernel = await startMfa({ settings: { required: 'admins' } });
    await createUser(kernel);
    await createUser(kernel, { ...admin, admin: true });
    await tokensOf(post(kernel, 'login', ann));

    const wanted = await post(kernel, 'login', admin);
    expect([wanted.status, codeOf(wanted)]).to.deep.equal([401, 'MFA_ENROLMENT_REQUIRED']);
    const { mfaToken, factors } = wanted.json<{ mfaToken: string; factors: string[] }>();
    expect(factors).to.deep.equal(['totp', 'email', 'sms']);
    const { secret } = (await post(kernel, 'mfa/totp', { mfaToken })).json<{ secret: string }>();
    const confirmed = await tokensOf(post(kernel, 'mfa/totp/confirm', { mfaToken, code: totpCode(secret) }));
    expect(confirmed.recoveryCodes).to.have.length(10);
    expect(claimsOf(confirmed.accessToken).amr).to.deep.equal(['pwd', 'otp', 'mfa']);
    await tokensOf(post(kernel, 'refresh', { refreshToken: confirmed.refreshToken }));
    expect(codeOf(await post(kernel, 'login', admin))).to.equal('MFA_REQUIRED');
  });

  it('the token of such a login sets up a factor and does nothing else, once', async () => {
    await using kernel = await startMfa({ settings: { required: 'all' } });
    await createUser(kernel);
    const begin = async () => (await post(kernel, 'login', ann)).json<{ mfaToken: string }>().mfaToken;
    const [mfaToken, other] = [await begin(), await begin()];
    const headers = { authorization: `Bearer ${mfaToken}` };
    for (const path of ['/auth/me', '/auth/mfa', '/auth/sessions'])
      expect((await kernel.inject('GET', path, { headers })).status, path).to.equal(401);
    const verified = await post(kernel, 'mfa/verify', { mfaToken, factor: 'totp', code: '123456' });
    expect(codeOf(verified)).to.equal('MFA_TOKEN_INVALID');

    const { secret } = (await post(kernel, 'mfa/totp', { mfaToken })).json<{ secret: string }>();
    await tokensOf(post(kernel, 'mfa/totp/confirm', { mfaToken, code: totpCode(secret) }));
    for (const token of [mfaToken, other]) {
      const again = await post(kernel, 'mfa/totp', { mfaToken: token });
      expect(codeOf(again), 'there is a factor now').to.equal('MFA_TOKEN_INVALID');
    }
  });

  it('the token of such a login sets up nothing once there is another password', async () => {
    await using kernel = await startMfa({ settings: { required: 'all' } });
    const id = await createUser(kernel);
    const { mfaToken } = (await post(kernel, 'login', ann)).json<{ mfaToken: string }>();
    const begun = await post(kernel, 'mfa/totp', { mfaToken });
    const token = await kernel.service('auth').tokens.issue(id, 'reset-password');
    await post(kernel, 'password/reset', { token, password: 'another tea with nobody' });
    const code = totpCode(begun.json<{ secret: string }>().secret);
    const late = await post(kernel, 'mfa/totp/confirm', { mfaToken, code });
    expect(codeOf(late)).to.equal('MFA_TOKEN_INVALID');
    expect(codeOf(await post(kernel, 'mfa/email', { mfaToken }))).to.equal('MFA_TOKEN_INVALID');
    expect(await kernel.service('mfa').factors.types(id), 'its owner would be locked out').to.deep.equal([]);
  });

  it('the last factor stays', async () => {
    await using kernel = await startMfa({ settings: { required: 'admins' } });
    await createUser(kernel);
    const { headers } = await enrolTotp(kernel);
    await kernel.service('data').repository('auth.user').query().update({ admin: true });
    const refused = await kernel.inject('DELETE', '/auth/mfa', { headers });
    expect([refused.status, codeOf(refused)]).to.deep.equal([409, 'MFA_MUST_STAY']);
    expect((await kernel.inject('GET', '/auth/mfa', { headers })).json()).to.deep.include({ required: true });
    await kernel.service('data').repository('auth.user').query().update({ admin: false });
    expect((await kernel.inject('DELETE', '/auth/mfa', { headers })).status).to.equal(204);
    await bearerOf(post(kernel, 'login', ann));
  });

  it('nobody sets one up with neither token nor session', async () => {
    await using kernel = await startMfa();
    for (const path of ['mfa/totp', 'mfa/email']) {
      const refused = await post(kernel, path, {});
      expect(refused.status, path).to.equal(401);
      expect(refused.headers['www-authenticate']).to.include('Bearer');
    }
    expect(codeOf(await post(kernel, 'mfa/totp', { mfaToken: 'invented' }))).to.equal('MFA_TOKEN_INVALID');
  });

  it('no process starts where this fails: logins would take the password alone', async () => {
    const env = {
      EXTENSIONS: 'auth,auth-mfa',
      DATABASE_URL: 'sqlite::memory:',
      AUTO_MIGRATE: 'true',
      JWT_SECRET: 'a secret of tests that is long enough',
      AUTH_MFA_ISSUER: 'Acme: Tea',
    };
    let message = '';
    try {
      await using _ = await boot({}, { alone: false, env });
    } catch (error) {
      message = String(error);
    }
    expect(message).to.include('The extension "auth-mfa" must run').and.to.include('AUTH_MFA_ISSUER');
  });
});
