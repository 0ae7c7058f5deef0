import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { type OpenDatabase, onEveryDatabase, urlOfDatabase } from '../../../test/data/support/databases.ts';
import { RefreshToken } from '../entities/refresh-token.ts';
import { Session } from '../entities/session.ts';
import { Throttle } from '../entities/throttle.ts';
import { User } from '../entities/user.ts';
import {
  ann,
  anotherProcess,
  bearer,
  createUser,
  form,
  login,
  post,
  startAuth,
  statusOfMe,
  type TokensBody,
} from './app.ts';

onEveryDatabase('auth', (open: OpenDatabase, dialect) => {
  async function start(settings: object = {}): Promise<TestKernel> {
    if (dialect === 'sqlite') return startAuth({ settings: { ...settings } });
    const url = await urlOfDatabase(await open());
    return startAuth({ settings: { ...settings }, env: { DATABASE_URL: url } });
  }

  it('registers, logs in, refreshes, ends sessions', async function () {
    this.timeout(30_000);
    await using kernel = await start();
    const registrations = await Promise.all([1, 2, 3].map(() => post(kernel, 'register', ann)));
    expect(registrations.map(({ status }) => status)).to.deep.equal([202, 202, 202]);
    await kernel.service('auth').background.settled();
    const data = kernel.service('data');
    expect(await data.repository(User).count()).to.equal(1);

    const first = await login(kernel);
    const second = (await post(kernel, 'refresh', { refreshToken: first.refreshToken })).json<TokensBody>();
    expect(await statusOfMe(kernel, bearer(second))).to.equal(200);
    const made = await post(
      kernel,
      'api-keys',
      { name: 'x', scopes: ['blog.post:read', '*'] },
      bearer(second),
    );
    const { key, scopes } = made.json<{ key: string; scopes: string[] }>();
    expect(scopes).to.deep.equal(['blog.post:read', '*']);
    expect(await statusOfMe(kernel, { 'x-api-key': key })).to.equal(200);
    expect((await post(kernel, 'refresh', { refreshToken: first.refreshToken })).status).to.equal(401);
    expect(await statusOfMe(kernel, bearer(second))).to.equal(401);

    await data
      .repository(Session)
      .query()
      .update({ expiresAt: new Date(Date.now() - 1).toISOString() });
    await kernel.service('auth').sweep();
    expect(await data.repository(RefreshToken).count()).to.equal(0);
    await data.repository(User).query().delete();
    expect(await statusOfMe(kernel, { 'x-api-key': `${key.slice(0, -1)}_` })).to.equal(401);
  });

  it('gives one of many who come with one refresh token at the same moment new ones, and ends', async () => {
    await using kernel = await start();
    await createUser(kernel);
    const { refreshToken } = await login(kernel);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(kernel, 'refresh', { refreshToken })),
    );
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).to.be.at.most(1);
    for (const answer of given)
      expect(await statusOfMe(kernel, bearer(answer.json<TokensBody>()))).to.equal(401);
    expect(await kernel.service('data').repository(Session).query().whereNull('revokedAt').count()).to.equal(
      0,
    );
  });

  it('counts attempts that are made at the same moment, once each', async () => {
    await using kernel = await start({ throttleAttempts: 4 });
    const wrong = { ...ann, password: 'a wrong one here' };
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(kernel, 'login', wrong)));
    expect(answers.filter(({ status }) => status === 401)).to.have.length(4);
    const attempts = await kernel.service('data').repository(Throttle).query().pluck('attempts');
    expect(attempts.toSorted((a, b) => a - b)).to.deep.equal([4, 12]);
  });

  it('counts attempts of several processes together', async () => {
    await using kernel = await start();
    const counted = { key: ['login', 'ann'], free: 4 };
    const processes = [1, 2, 3].map(() => anotherProcess(kernel).throttle);
    const waits = await Promise.all(
      Array.from({ length: 15 }, (_, i) => processes[i % 3]?.tryToCount(counted)),
    );
    expect(waits.filter((wait) => wait === 0).length).to.be.within(1, 4);
    const [attempts = 0] = await kernel.service('data').repository(Throttle).query().pluck('attempts');
    expect(attempts).to.equal(waits.filter((wait) => wait === 0).length);
  });

  it('keeps its wits about texts that no database keeps', async () => {
    await using kernel = await start();
    const username = 'ann\0@example.org';
    const refused = await form(kernel, { grant_type: 'password', username, password: ann.password });
    expect(refused.json()).to.include({ error: 'invalid_grant' });
    expect((await post(kernel, 'register', { ...ann, name: 'An\0n' })).status).to.equal(400);
    expect((await post(kernel, 'register', { ...ann, password: 'tea at four\0with Bob' })).status).to.equal(
      202,
    );
    expect((await post(kernel, 'refresh', { refreshToken: '\0' })).status).to.equal(401);
    expect(await statusOfMe(kernel, { 'x-api-key': 'bpk_' })).to.equal(401);
  });

  it('redeems a token of a message once, however many come', async () => {
    await using kernel = await start();
    const id = await createUser(kernel);
    const { tokens } = kernel.service('auth');
    const token = await tokens.issue(id, 'verify-email');
    const redeemed = await Promise.all(Array.from({ length: 6 }, () => tokens.redeem(token, 'verify-email')));
    expect(redeemed.filter(Boolean)).to.deep.equal([id]);
  });
});
