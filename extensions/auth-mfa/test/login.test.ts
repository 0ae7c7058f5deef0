import { eventsOf } from 'backplane/testing';
import { expect } from 'chai';
import { Factor } from '../entities/factor.ts';
import { PendingLogin } from '../entities/pending-login.ts';
import {
  age,
  ann,
  bearerOf,
  beginLogin,
  claimsOf,
  codeOf,
  createUser,
  enrolTotp,
  pendingOf,
  post,
  startMfa,
  tokensOf,
  totpCode,
  verify,
  wrongCode,
} from './app.ts';

const me = (kernel: Awaited<ReturnType<typeof startMfa>>, headers: Record<string, string>) =>
  kernel.inject('GET', '/auth/me', { headers });

describe('A login', () => {
  it('needs the password alone as long as there is no factor', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { accessToken } = await tokensOf(post(kernel, 'login', ann));
    expect(claimsOf(accessToken).amr).to.deep.equal(['pwd']);
  });

  it('needs no second step while a factor is not confirmed', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    const begun = (await post(kernel, 'mfa/totp', {}, headers)).json<{
      secret: string;
      uri: string;
      qrCode: string;
    }>();
    expect(begun.uri).to.include('otpauth://totp/Backplane:ann%40example.org').and.to.include(begun.secret);
    expect(begun.qrCode).to.match(/^data:image\/svg\+xml;base64,/);
    const refused = await post(kernel, 'mfa/totp/confirm', { code: wrongCode(begun.secret) }, headers);
    expect([refused.status, codeOf(refused)]).to.deep.equal([403, 'MFA_CODE_WRONG']);
    await tokensOf(post(kernel, 'login', ann));

    await age(kernel, 'auth-mfa.enrolment', 601);
    const late = await post(kernel, 'mfa/totp/confirm', { code: totpCode(begun.secret) }, headers);
    expect([late.status, codeOf(late)]).to.deep.equal([409, 'MFA_ENROLMENT_MISSING']);
    await tokensOf(post(kernel, 'login', ann));
  });

  it('with an authenticator app takes two steps, and its tokens say so, refreshed ones too', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    const enabled = eventsOf(kernel, 'auth-mfa.enabled');
    const { secret, recoveryCodes, headers } = await enrolTotp(kernel);
    expect(enabled.map(({ payload }) => payload)).to.deep.equal([{ userId: id, factor: 'totp' }]);
    expect(recoveryCodes).to.have.length(10);
    expect(claimsOf(headers.authorization).amr, 'who confirmed it').to.deep.equal(['pwd', 'otp', 'mfa']);

    const wanted = await post(kernel, 'login', ann);
    expect([wanted.status, codeOf(wanted)]).to.deep.equal([401, 'MFA_REQUIRED']);
    expect(wanted.headers).to.include({ 'cache-control': 'no-store' });
    expect(wanted.body).to.not.include('accessToken');
    const { mfaToken, factors } = await pendingOf(wanted);
    expect(factors).to.deep.equal(['totp', 'recovery']);
    expect((await me(kernel, { authorization: `Bearer ${mfaToken}` })).status, 'it is no token').to.equal(
      401,
    );

    const before = Math.floor(Date.now() / 1000);
    const tokens = await tokensOf(verify(kernel, mfaToken, totpCode(secret)));
    expect((await me(kernel, { authorization: `Bearer ${tokens.accessToken}` })).status).to.equal(200);
    const refreshed = await tokensOf(post(kernel, 'refresh', { refreshToken: tokens.refreshToken }));
    for (const { accessToken } of [tokens, refreshed]) {
      const { amr, auth_time } = claimsOf(accessToken);
      expect(amr).to.deep.equal(['pwd', 'otp', 'mfa']);
      expect(auth_time).to.be.within(before, before + 10);
    }
    const sessions = await kernel.inject('GET', '/auth/sessions', {
      headers: { authorization: `Bearer ${refreshed.accessToken}` },
    });
    expect(
      sessions.json<{ current: boolean; amr: string[] }[]>().find(({ current }) => current)?.amr,
    ).to.include('mfa');
  });

  it('takes no code a second time, nor one before it', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel, ann, true);
    expect(codeOf(await verify(kernel, await beginLogin(kernel), totpCode(secret)))).to.equal(
      'MFA_CODE_WRONG',
    );
    const code = totpCode(secret, 1);
    await tokensOf(verify(kernel, await beginLogin(kernel), code));
    const again = await verify(kernel, await beginLogin(kernel), code);
    expect([again.status, codeOf(again)]).to.deep.equal([401, 'MFA_CODE_WRONG']);
    const earlier = await verify(kernel, await beginLogin(kernel), totpCode(secret, 0));
    expect(codeOf(earlier)).to.equal('MFA_CODE_WRONG');
  });

  it('takes an mfaToken once, for a while, and as it was given', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const mfaToken = await beginLogin(kernel);
    const failed = eventsOf(kernel, 'auth-mfa.failed');
    expect(codeOf(await verify(kernel, mfaToken, wrongCode(secret)))).to.equal('MFA_CODE_WRONG');
    expect(failed).to.have.length(1);
    await tokensOf(verify(kernel, mfaToken, totpCode(secret)));
    const reused = await verify(kernel, mfaToken, totpCode(secret, 1));
    expect([reused.status, codeOf(reused)]).to.deep.equal([401, 'MFA_TOKEN_INVALID']);
    expect(codeOf(await verify(kernel, 'invented', totpCode(secret, 1)))).to.equal('MFA_TOKEN_INVALID');

    const expired = await beginLogin(kernel);
    await age(kernel, 'auth-mfa.pending-login', 601);
    expect(codeOf(await verify(kernel, expired, totpCode(secret, 1)))).to.equal('MFA_TOKEN_INVALID');
    await kernel.service('mfa').sweep();
    expect(await kernel.service('data').repository(PendingLogin).count()).to.equal(0);
  });

  it('takes a code of its own user only', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const bob = { email: 'bob@example.org', password: 'tea at five with Ann' };
    await createUser(kernel, bob);
    const { secret } = await enrolTotp(kernel);
    const bobs = await enrolTotp(kernel, bob);
    const [token, bobsToken] = [await beginLogin(kernel), await beginLogin(kernel, bob)];
    expect(codeOf(await verify(kernel, token, totpCode(bobs.secret)))).to.equal('MFA_CODE_WRONG');
    expect(codeOf(await verify(kernel, bobsToken, totpCode(secret)))).to.equal('MFA_CODE_WRONG');
    const recovered = await verify(kernel, bobsToken, bobs.recoveryCodes[0] ?? '', { factor: 'recovery' });
    const headers = await bearerOf(recovered);
    expect((await me(kernel, headers)).json<{ email: string }>().email).to.equal(bob.email);
  });

  it('does not end for an account that was closed, or has another password, in between', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const auth = kernel.service('auth');
    const first = await beginLogin(kernel);
    await auth.administration.disable(id);
    expect(codeOf(await verify(kernel, first, totpCode(secret)))).to.equal('MFA_TOKEN_INVALID');
    expect(codeOf(await post(kernel, 'login', ann))).to.equal('LOGIN_REFUSED');
    await auth.administration.enable(id);

    const second = await beginLogin(kernel);
    const password = 'tea at nine with Bob';
    await auth.logins.changePassword(id, ann.password, password);
    expect(codeOf(await verify(kernel, second, totpCode(secret)))).to.equal('MFA_TOKEN_INVALID');
    expect(await auth.sessions.list(id)).to.have.length(0);
    expect(codeOf(await post(kernel, 'login', { ...ann, password }))).to.equal('MFA_REQUIRED');
  });

  it('by OAuth 2.0 wants the same, and keeps its scopes', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const form = (fields: Record<string, string>) =>
      kernel.inject('POST', '/auth/token', {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      });
    const password = {
      grant_type: 'password',
      username: ann.email,
      password: ann.password,
      scope: 'blog.post:read',
    };
    const wanted = await form(password);
    expect(wanted.status).to.equal(403);
    const body = wanted.json<{ error: string; mfa_token: string; factors: string[]; expires_in: number }>();
    expect(body).to.include({ error: 'mfa_required', expires_in: 600 });
    expect(body.factors).to.deep.equal(['totp', 'recovery']);
    const {
      refreshToken,
      accessToken,
      deviceToken = '',
    } = await tokensOf(verify(kernel, body.mfa_token, totpCode(secret), { remember: true }));
    expect(claimsOf(accessToken)).to.include({ scope: 'blog.post:read' });
    const refreshed = await form({ grant_type: 'refresh_token', refresh_token: refreshToken });
    expect(refreshed.json()).to.include({ scope: 'blog.post:read' });
    expect((await form({ ...password, device_token: deviceToken })).status).to.equal(200);
    const wrong = await form({ ...password, password: 'a wrong one here' });
    expect(wrong.json()).to.include({ error: 'invalid_grant' });
  });

  it('with a wrong password is told nothing of factors', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    await enrolTotp(kernel);
    const wrong = await post(kernel, 'login', { ...ann, password: 'a wrong one here' });
    const nobody = await post(kernel, 'login', { email: 'nobody@example.org', password: 'a wrong one here' });
    expect(codeOf(wrong)).to.equal('LOGIN_REFUSED');
    expect(wrong.body).to.equal(nobody.body);
  });

  it('leaves API keys and sessions as they are', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const before = await tokensOf(post(kernel, 'login', ann));
    const headers = { authorization: `Bearer ${before.accessToken}` };
    const made = await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, headers);
    const { key } = made.json<{ key: string }>();
    await enrolTotp(kernel);
    expect((await me(kernel, { 'x-api-key': key })).status).to.equal(200);
    const refreshed = await tokensOf(post(kernel, 'refresh', { refreshToken: before.refreshToken }));
    expect(claimsOf(refreshed.accessToken).amr, 'it had no second factor').to.deep.equal(['pwd']);
    const withKey = await post(kernel, 'mfa/totp', {}, { 'x-api-key': key });
    expect(withKey.status, 'keys set nothing up').to.equal(401);
  });

  it('wants the second step of those whom another strategy has recognised, too', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    const { recoveryCodes } = await enrolTotp(kernel);
    const user = await kernel.service('data').repository('auth.user').findOrFail(id);
    const client = { ip: '127.0.0.1', userAgent: undefined };
    const outcome = await kernel.service('auth').logins.proceed(user, client, { amr: ['fed'] });
    if (outcome.state !== 'second-step') throw new Error(`It is ${outcome.state}.`);
    const [code = ''] = recoveryCodes;
    const tokens = await tokensOf(verify(kernel, outcome.step.token, code, { factor: 'recovery' }));
    expect(claimsOf(tokens.accessToken).amr).to.deep.equal(['fed', 'otp', 'mfa']);
  });

  it('lets nobody in whose address has to be verified again since the first step', async () => {
    await using kernel = await startMfa({ auth: { requireVerifiedEmail: true } });
    await createUser(kernel);
    const { recoveryCodes } = await enrolTotp(kernel);
    const mfaToken = await beginLogin(kernel);
    await kernel.service('data').repository('auth.user').query().update({ emailVerifiedAt: null });
    const refused = await verify(kernel, mfaToken, recoveryCodes[0] ?? '', { factor: 'recovery' });
    expect(codeOf(refused)).to.equal('LOGIN_REFUSED');
  });

  it('leaves no secret in the database, the log or an answer', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret, recoveryCodes, headers } = await enrolTotp(kernel);
    const mfaToken = await beginLogin(kernel);
    const { deviceToken = '' } = await tokensOf(
      verify(kernel, mfaToken, totpCode(secret), { remember: true }),
    );
    const data = kernel.service('data');
    const rows = await Promise.all(
      (
        ['auth-mfa.factor', 'auth-mfa.recovery-code', 'auth-mfa.device', 'auth-mfa.pending-login'] as const
      ).map((name) => data.repository({ name }).all()),
    );
    const status = await kernel.inject('GET', '/auth/mfa', { headers });
    const told = JSON.stringify([rows, kernel.logs, status.body]);
    for (const one of [secret, mfaToken, deviceToken, ...recoveryCodes]) expect(told).to.not.include(one);
  });

  it('is not helped by a secret that another JWT_SECRET encrypted, and says so in the log', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    const { secret, recoveryCodes } = await enrolTotp(kernel);
    const factors = kernel.service('data').repository(Factor);
    const [factor] = await factors.all();
    if (!factor) throw new Error('There is no factor.');
    await factors.update(factor.id, { secret: kernel.service('auth').vault('else').seal(secret, id) });
    const mfaToken = await beginLogin(kernel);
    expect(codeOf(await verify(kernel, mfaToken, totpCode(secret)))).to.equal('MFA_CODE_WRONG');
    expect(JSON.stringify(kernel.logs)).to.include('is not of this JWT_SECRET');
    await tokensOf(verify(kernel, mfaToken, recoveryCodes[1] ?? '', { factor: 'recovery' }));
  });
});
