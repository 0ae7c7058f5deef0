import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import {
  ann,
  beginLogin,
  createUser,
  enrolTotp,
  post,
  startMfa,
  tokensOf,
  totpCode,
  wrongCode,
} from './app.ts';

const env = { TRUST_PROXY: '1' };

/** As if so much time had gone by. */
async function pass(kernel: TestKernel, seconds: number): Promise<void> {
  const rows = kernel.service('data').repository('auth.throttle');
  const earlier = (moment: string) => new Date(Date.parse(moment) - seconds * 1000).toISOString();
  for (const { id, lastAt, blockedUntil } of await rows.all())
    await rows.update(id, { lastAt: earlier(lastAt), blockedUntil: blockedUntil && earlier(blockedUntil) });
}

function verifyFrom(kernel: TestKernel, from: string, mfaToken: string, code: string) {
  const body = { mfaToken, factor: 'totp', code };
  return post(kernel, 'mfa/verify', body, { 'x-forwarded-for': from });
}

describe('Codes that are wrong', () => {
  it('must wait longer each time, wherever they come from, the right one too', async () => {
    await using kernel = await startMfa({ env });
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const mfaToken = await beginLogin(kernel);
    const wrong = wrongCode(secret);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1)
      statuses.push((await verifyFrom(kernel, `203.0.113.${i}`, mfaToken, wrong)).status);
    expect(statuses).to.deep.equal([401, 401, 401, 401, 401, 429, 429]);
    const blocked = await verifyFrom(kernel, '198.51.100.7', mfaToken, totpCode(secret));
    expect([blocked.status, blocked.headers['retry-after']]).to.deep.equal([429, '1']);
    await pass(kernel, 1);
    await tokensOf(verifyFrom(kernel, '198.51.100.7', mfaToken, totpCode(secret)));
  });

  it('are not forgotten by those who wait a while, but after a day', async () => {
    await using kernel = await startMfa({ settings: { throttleAttempts: 2 } });
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const tries = async () => {
      const mfaToken = await beginLogin(kernel);
      const statuses: number[] = [];
      for (let i = 0; i < 3; i += 1)
        statuses.push((await verifyFrom(kernel, '127.0.0.1', mfaToken, wrongCode(secret))).status);
      return statuses;
    };
    expect(await tries()).to.deep.equal([401, 401, 429]);
    await pass(kernel, 3600);
    await kernel.service('auth').sweep();
    expect(await tries(), 'one, not two').to.deep.equal([401, 429, 429]);
    await pass(kernel, 90_000);
    expect(await tries()).to.deep.equal([401, 401, 429]);
  });

  it('count together with wrong passwords for where they come from', async () => {
    await using kernel = await startMfa({
      env,
      auth: { throttleAttempts: 4 },
      settings: { throttleAttempts: 100 },
    });
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const headers = { 'x-forwarded-for': '203.0.113.1' };
    const login = (body: object) => post(kernel, 'login', body, headers);
    // The right password, and then only wrong codes: each login and each code counts.
    const mfaToken = (await login(ann)).json<{ mfaToken: string }>().mfaToken;
    expect((await verifyFrom(kernel, '203.0.113.1', mfaToken, wrongCode(secret))).status).to.equal(401);
    expect((await login({ ...ann, password: 'a wrong one here' })).status).to.equal(401);
    expect((await verifyFrom(kernel, '203.0.113.1', mfaToken, wrongCode(secret))).status).to.equal(401);
    expect((await login(ann)).status, 'the password').to.equal(429);
    expect((await verifyFrom(kernel, '203.0.113.1', mfaToken, totpCode(secret))).status, 'the code').to.equal(
      429,
    );
    await tokensOf(verifyFrom(kernel, '198.51.100.7', mfaToken, totpCode(secret)));
  });

  it('are forgotten after a login that succeeds', async () => {
    await using kernel = await startMfa({ auth: { throttleAttempts: 3 } });
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    for (const steps of [0, 1]) {
      const mfaToken = await beginLogin(kernel);
      await verifyFrom(kernel, '127.0.0.1', mfaToken, wrongCode(secret));
      await tokensOf(verifyFrom(kernel, '127.0.0.1', mfaToken, totpCode(secret, steps)));
    }
    const rows = await kernel.service('data').repository('auth.throttle').all();
    expect(
      rows.every(({ attempts }) => attempts <= 2),
      JSON.stringify(rows),
    ).to.equal(true);
  });

  it('are counted when they come at the same moment', async () => {
    await using kernel = await startMfa({
      settings: { throttleAttempts: 3 },
      auth: { throttleAttempts: 100 },
    });
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const mfaToken = await beginLogin(kernel);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => verifyFrom(kernel, '127.0.0.1', mfaToken, wrongCode(secret))),
    );
    expect(answers.filter(({ status }) => status === 401)).to.have.length(3);
  });

  it('are throttled for step-up and set-up, too', async () => {
    await using kernel = await startMfa({ settings: { throttleAttempts: 2 } });
    await createUser(kernel);
    const { secret, headers } = await enrolTotp(kernel);
    const body = { factor: 'totp', code: wrongCode(secret) };
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await post(kernel, 'mfa/step-up', body, headers)).status);
    expect(statuses).to.deep.equal([403, 403, 429]);
    await post(kernel, 'mfa/totp', {}, headers);
    const confirm = await post(kernel, 'mfa/totp/confirm', { code: wrongCode(secret) }, headers);
    expect(confirm.status).to.equal(429);
  });
});
