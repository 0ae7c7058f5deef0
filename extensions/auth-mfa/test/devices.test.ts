import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import {
  age,
  ann,
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
} from './app.ts';

/** Logs in and has the device remembered. */
async function remember(kernel: TestKernel, secret: string, steps = 0) {
  return tokensOf(verify(kernel, await beginLogin(kernel), totpCode(secret, steps), { remember: true }));
}

const loginFrom = (kernel: TestKernel, deviceToken: string, credentials: object = ann) =>
  post(kernel, 'login', { ...credentials, deviceToken });

describe('A remembered device', () => {
  it('needs no second step, which is not the same as having done one', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const { deviceToken = '' } = await remember(kernel, secret);
    const { accessToken } = await tokensOf(loginFrom(kernel, deviceToken));
    expect(claimsOf(accessToken).amr).to.deep.equal(['pwd']);
    const other = await post(kernel, 'mfa/recovery-codes', undefined, {
      authorization: `Bearer ${accessToken}`,
    });
    expect(codeOf(other)).to.equal('STEP_UP_REQUIRED');
    expect(codeOf(await loginFrom(kernel, 'invented'))).to.equal('MFA_REQUIRED');
    expect(codeOf(await loginFrom(kernel, deviceToken, { ...ann, password: 'a wrong one here' }))).to.equal(
      'LOGIN_REFUSED',
    );
  });

  it('is nobody else’s', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    const bob = { email: 'bob@example.org', password: 'tea at five with Ann' };
    await createUser(kernel, bob);
    const { secret } = await enrolTotp(kernel);
    const bobs = await enrolTotp(kernel, bob);
    const { deviceToken = '' } = await remember(kernel, secret);
    expect(codeOf(await loginFrom(kernel, deviceToken, bob))).to.equal('MFA_REQUIRED');
    const list = await kernel.inject('GET', '/auth/mfa/devices', { headers: bobs.headers });
    expect(list.json()).to.deep.equal([]);
    const [device] = await kernel.service('mfa').devices.list(id);
    const path = `/auth/mfa/devices/${device?.id}`;
    expect((await kernel.inject('DELETE', path, { headers: bobs.headers })).status).to.equal(404);
    await tokensOf(loginFrom(kernel, deviceToken));
  });

  it('is listed, and forgotten at its owner’s wish', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret, headers } = await enrolTotp(kernel);
    const { deviceToken = '' } = await remember(kernel, secret);
    const list = async () =>
      (await kernel.inject('GET', '/auth/mfa/devices', { headers })).json<{ id: string; ip: string }[]>();
    const [device] = await list();
    expect(device).to.have.all.keys('id', 'ip', 'userAgent', 'createdAt', 'lastUsedAt', 'expiresAt');
    const gone = await kernel.inject('DELETE', `/auth/mfa/devices/${device?.id}`, { headers });
    expect(gone.status).to.equal(204);
    expect(codeOf(await loginFrom(kernel, deviceToken))).to.equal('MFA_REQUIRED');

    const other = await remember(kernel, secret, 1);
    expect((await kernel.inject('DELETE', '/auth/mfa/devices', { headers })).status).to.equal(204);
    expect(codeOf(await loginFrom(kernel, other.deviceToken ?? ''))).to.equal('MFA_REQUIRED');
    expect(await list()).to.deep.equal([]);
  });

  it('is a stranger after its time, with another password, and without factors', async () => {
    await using kernel = await startMfa({ settings: { deviceLifetime: 60 } });
    const id = await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const first = await remember(kernel, secret);
    await age(kernel, 'auth-mfa.device', 61);
    expect(codeOf(await loginFrom(kernel, first.deviceToken ?? ''))).to.equal('MFA_REQUIRED');
    await kernel.service('mfa').sweep();

    const { deviceToken = '' } = await remember(kernel, secret, 1);
    await tokensOf(loginFrom(kernel, deviceToken));
    const password = 'tea at nine with Bob';
    await kernel.service('auth').logins.changePassword(id, ann.password, password);
    expect(codeOf(await loginFrom(kernel, deviceToken, { ...ann, password }))).to.equal('MFA_REQUIRED');
    expect(await kernel.service('mfa').devices.list(id), 'it is not shown either').to.have.length(0);
  });

  it('is a stranger with another password, also where nobody heard of the change', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const { deviceToken = '' } = await remember(kernel, secret);
    const password = 'tea at nine with Bob';
    const passwordHash = await kernel.service('auth').passwords.hash(password);
    await kernel.service('data').repository('auth.user').update(id, { passwordHash });
    expect(codeOf(await loginFrom(kernel, deviceToken, { ...ann, password }))).to.equal('MFA_REQUIRED');
  });

  it('is forgotten with the factors', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const { deviceToken = '' } = await remember(kernel, secret);
    await kernel.service('mfa').reset(id);
    await enrolTotp(kernel);
    expect(codeOf(await loginFrom(kernel, deviceToken))).to.equal('MFA_REQUIRED');
  });

  it('is none where none are to be remembered', async () => {
    await using kernel = await startMfa({ settings: { deviceLifetime: 0 } });
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    expect(await remember(kernel, secret)).to.not.have.property('deviceToken');
  });
});
