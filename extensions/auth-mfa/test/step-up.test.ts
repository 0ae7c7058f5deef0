import { extensionFolder, type TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { actingAs, Session } from '../../auth/index.ts';
import {
  ann,
  bearerOf,
  beginLogin,
  claimsOf,
  codeOf,
  createUser,
  enrolTotp,
  post,
  startMfa,
  tokensOf,
  totpCode,
  verify,
  wrongCode,
} from './app.ts';

const vaultFiles = {
  'manifest.json': { name: 'safe', version: '1.0.0', dependencies: { 'auth-mfa': '^1.0.0' } },
  'routes/safe.ts': `
    import { route } from 'backplane';
    import { assertSecondFactor, stepUp } from 'ext:auth-mfa';
    export default [
      route.get('/mfa', { auth: 'mfa' }, ({ actor }) => ({ id: actor.id, amr: actor.amr })),
      route.get('/middleware', { auth: 'jwt', middleware: [stepUp({ within: 60 })] }, () => 'open'),
      route.get('/handler/:amount', { auth: 'jwt' }, ({ actor, params }) => {
        if (Number(params.amount) > 100) assertSecondFactor(actor, 60);
        return 'paid';
      }),
      route.get('/anybody', { auth: 'required' }, ({ actor }) => actor.id),
      route.get('/perhaps', { auth: 'optional' }, ({ actor }) => actor?.id ?? 'nobody'),
    ];`,
};

/** As if the second factors and logins of all sessions had been so long ago. */
async function age(kernel: TestKernel, seconds: number): Promise<void> {
  const rows = kernel.service('data').repository(Session);
  const earlier = (moment: string | null) =>
    moment && new Date(Date.parse(moment) - seconds * 1000).toISOString();
  for (const { id, authenticatedAt, secondFactorAt } of await rows.all())
    await rows.update(id, {
      authenticatedAt: earlier(authenticatedAt),
      secondFactorAt: earlier(secondFactorAt),
    });
  kernel.service('auth').credentials.clear();
}

describe('A route that wants a recent second factor', () => {
  it('is open to a session that has one, by strategy, middleware or handler', async () => {
    using safe = extensionFolder(vaultFiles);
    await using kernel = await startMfa({ extensions: [safe] });
    const id = await createUser(kernel);
    const { secret, headers } = await enrolTotp(kernel);
    const get = (path: string, given: Record<string, string> = headers) =>
      kernel.inject('GET', `/safe/${path}`, { headers: given });
    expect((await get('mfa')).json()).to.deep.equal({ id, amr: ['pwd', 'otp', 'mfa'] });
    expect((await get('middleware')).status).to.equal(200);
    expect((await get('handler/1000')).status).to.equal(200);

    await age(kernel, 120);
    expect((await get('mfa')).status, 'within 300 seconds').to.equal(200);
    expect((await get('middleware')).status).to.equal(401);
    expect((await get('handler/1000')).status).to.equal(401);
    expect((await get('handler/10')).status).to.equal(200);

    await age(kernel, 200);
    const refused = await get('mfa');
    expect([refused.status, codeOf(refused)]).to.deep.equal([401, 'STEP_UP_REQUIRED']);
    expect(refused.json()).to.include({ maxAge: 300 });
    expect(refused.headers['www-authenticate'])
      .to.match(
        /^Bearer error="insufficient_user_authentication", error_description="[^"]+POST \/auth\/mfa\/step-up\."/,
      )
      .and.to.match(/ acr_values="[^"]+multi-factor", max_age=300$/);

    const raised = await post(kernel, 'mfa/step-up', { factor: 'totp', code: totpCode(secret) }, headers);
    expect(raised.json()).to.have.all.keys('accessToken', 'tokenType', 'expiresIn');
    for (const given of [headers, await bearerOf(raised)]) {
      expect((await get('mfa', given)).status, 'the token from before counts as raised, too').to.equal(200);
      expect((await get('middleware', given)).status).to.equal(200);
    }
  });

  it('is closed to everybody else', async () => {
    using safe = extensionFolder(vaultFiles);
    await using kernel = await startMfa({
      extensions: [safe],
      env: { ROOT_API_KEY: 'a root key for tests' },
    });
    await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    const { key } = (await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, headers)).json<{
      key: string;
    }>();
    const get = (given: Record<string, string>, path = 'mfa') =>
      kernel.inject('GET', `/safe/${path}`, { headers: given });
    expect(codeOf(await get(headers))).to.equal('STEP_UP_REQUIRED');
    for (const given of [{}, { 'x-api-key': key }, { 'x-api-key': 'a root key for tests' }]) {
      const refused = await get(given);
      expect([refused.status, refused.headers['www-authenticate']]).to.deep.equal([401, 'Bearer']);
    }
    expect(codeOf(await get({ authorization: 'Bearer a.b.c' }))).to.equal('UNAUTHENTICATED');
    // It changes nothing for other routes.
    expect((await get(headers, 'anybody')).status).to.equal(200);
    expect((await get({}, 'anybody')).status).to.equal(401);
    expect((await get({}, 'perhaps')).body).to.include('nobody');
    expect((await get({ 'x-api-key': key }, 'anybody')).status).to.equal(200);
  });

  it('is not opened by the password, whatever is sent beside it', async () => {
    using safe = extensionFolder(vaultFiles);
    await using kernel = await startMfa({ extensions: [safe] });
    await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    const invented = { password: ann.password, factor: 'totp', code: '000000' };
    const raised = await bearerOf(post(kernel, 'mfa/step-up', invented, headers));
    for (const given of [headers, raised]) {
      const refused = await kernel.inject('GET', '/safe/mfa', { headers: given });
      expect(codeOf(refused)).to.equal('STEP_UP_REQUIRED');
    }
  });

  it('is open to tests that say so', async () => {
    using safe = extensionFolder(vaultFiles);
    await using kernel = await startMfa({ extensions: [safe] });
    const get = async (headers: { authorization: string }) =>
      (await kernel.inject('GET', '/safe/mfa', { headers })).status;
    expect(await get(await actingAs(kernel, {}, { secondFactor: true }))).to.equal(200);
    expect(await get(await actingAs(kernel))).to.equal(401);
  });
});

describe('Stepping up', () => {
  it('wants a right code of the own factors, and each once', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret, headers } = await enrolTotp(kernel);
    const stepUp = (body: object) => post(kernel, 'mfa/step-up', body, headers);
    expect(codeOf(await stepUp({ factor: 'totp', code: wrongCode(secret) }))).to.equal('MFA_CODE_WRONG');
    expect(codeOf(await stepUp({ password: ann.password })), 'a password is no second factor').to.equal(
      'STEP_UP_INCOMPLETE',
    );
    expect(codeOf(await stepUp({}))).to.equal('STEP_UP_INCOMPLETE');
    const code = totpCode(secret);
    expect((await stepUp({ factor: 'totp', code })).status).to.equal(200);
    expect(codeOf(await stepUp({ factor: 'totp', code }))).to.equal('MFA_CODE_WRONG');
    expect(codeOf(await verify(kernel, await beginLogin(kernel), code)), 'not for a login either').to.equal(
      'MFA_CODE_WRONG',
    );
  });

  it('by a message works with the code of this session only', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    using sms = kernel.service('sms').fake();
    const code = () => sms.sent.at(-1)?.text.slice(0, 6) ?? '';
    const first = await bearerOf(post(kernel, 'login', ann));
    const second = await bearerOf(post(kernel, 'login', ann));
    await post(kernel, 'mfa/sms', { phone: '+442079460958' }, first);
    await tokensOf(post(kernel, 'mfa/sms/confirm', { code: code() }, first));
    const sent = await post(kernel, 'mfa/step-up/challenge', { factor: 'sms' }, second);
    expect(sent.status).to.equal(202);
    const body = { factor: 'sms', code: code() };
    expect(codeOf(await post(kernel, 'mfa/step-up', body, first))).to.equal('MFA_CODE_WRONG');
    expect((await post(kernel, 'mfa/step-up', body, second)).status).to.equal(200);
  });

  it('of a session that ended meanwhile raises nothing', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    await enrolTotp(kernel);
    const { sessions } = kernel.service('auth');
    const [session] = await sessions.list(id);
    await sessions.revokeAll(id, 'revoked');
    expect(await sessions.raise(id, session?.id ?? '', ['otp', 'mfa'])).to.equal(undefined);
  });

  it('is by the password as long as there is no factor, and only for what needs a recent login', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    await age(kernel, 301);
    const refused = await post(kernel, 'mfa/totp', {}, headers);
    expect([refused.status, codeOf(refused)]).to.deep.equal([401, 'STEP_UP_REQUIRED']);
    expect(refused.headers['www-authenticate'])
      .to.match(/max_age=300$/)
      .and.not.include('acr_values');
    const wrong = await post(kernel, 'mfa/step-up', { password: 'a wrong one here' }, headers);
    expect(codeOf(wrong)).to.equal('PASSWORD_WRONG');
    await tokensOf(post(kernel, 'mfa/step-up', { password: ann.password }, headers));
    expect((await post(kernel, 'mfa/totp', {}, headers)).status).to.equal(200);
    const codes = await post(kernel, 'mfa/recovery-codes', undefined, headers);
    expect(codeOf(codes), 'a password is no second factor').to.equal('STEP_UP_REQUIRED');
  });
});

describe('Factors', () => {
  it('are added and removed only with a recent second factor', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { headers } = await enrolTotp(kernel);
    await age(kernel, 301);
    const refused = [
      await post(kernel, 'mfa/totp', {}, headers),
      await post(kernel, 'mfa/sms', { phone: '+442079460958' }, headers),
      await post(kernel, 'mfa/recovery-codes', undefined, headers),
      await kernel.inject('DELETE', '/auth/mfa/factors/totp', { headers }),
      await kernel.inject('DELETE', '/auth/mfa', { headers }),
    ];
    for (const one of refused) expect(codeOf(one)).to.equal('STEP_UP_REQUIRED');
    expect((await kernel.inject('GET', '/auth/mfa', { headers })).json()).to.deep.include({ enabled: true });
  });

  it('go one by one, and all that belongs to them with the last', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { headers } = await enrolTotp(kernel);
    using sms = kernel.service('sms').fake();
    await post(kernel, 'mfa/sms', { phone: '+442079460958' }, headers);
    const code = sms.sent.at(-1)?.text.slice(0, 6) ?? '';
    const confirmed = await tokensOf(post(kernel, 'mfa/sms/confirm', { code }, headers));
    expect(confirmed, 'there are recovery codes').to.not.have.property('recoveryCodes');
    const remove = async (factor: string) =>
      (await kernel.inject('DELETE', `/auth/mfa/factors/${factor}`, { headers })).status;
    expect(await remove('totp')).to.equal(204);
    expect(await remove('totp')).to.equal(404);
    expect(codeOf(await post(kernel, 'login', ann))).to.equal('MFA_REQUIRED');
    expect(await remove('sms')).to.equal(204);
    const codes = await post(kernel, 'mfa/recovery-codes', undefined, headers);
    expect(codeOf(codes), 'for what?').to.equal('MFA_NOT_ENABLED');
    await tokensOf(post(kernel, 'login', ann));
    const status = await kernel.inject('GET', '/auth/mfa', { headers });
    expect(status.json()).to.deep.include({ enabled: false, factors: [], recoveryCodesLeft: 0 });
  });
});

describe('An access token', () => {
  it('says nothing of a second factor where only the password was given lately', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { headers } = await enrolTotp(kernel);
    expect((await kernel.inject('DELETE', '/auth/mfa', { headers })).status).to.equal(204);
    const raised = await tokensOf(post(kernel, 'mfa/step-up', { password: ann.password }, headers));
    expect(claimsOf(raised.accessToken).amr).to.deep.equal(['pwd']);
  });
});

describe('A session without a second factor of somebody who has one', () => {
  it('makes nothing that outlives it, and can be ended by those with one', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const before = await bearerOf(post(kernel, 'login', ann));
    const { headers } = await enrolTotp(kernel);
    const key = { name: 'x', scopes: ['*'] };
    const password = { current: ann.password, password: 'tea at noon with Carol' };
    for (const [path, body] of [
      ['api-keys', key],
      ['password', password],
    ] as const)
      expect(codeOf(await post(kernel, path, body, before)), path).to.equal('STEP_UP_REQUIRED');
    expect((await post(kernel, 'api-keys', key, headers)).status).to.equal(201);

    expect((await kernel.inject('DELETE', '/auth/sessions', { headers })).status).to.equal(204);
    expect((await kernel.inject('GET', '/auth/me', { headers: before })).status).to.equal(401);
    expect((await post(kernel, 'password', password, headers)).status).to.equal(204);
  });
});
