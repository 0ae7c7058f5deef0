import { eventsOf } from 'backplane/testing';
import { expect } from 'chai';
import { RefreshToken } from '../entities/refresh-token.ts';
import { Session } from '../entities/session.ts';
import {
  ann,
  bearer,
  codeOf,
  createUser,
  login,
  post,
  startAuth,
  statusOfMe,
  type TokensBody,
} from './app.ts';

function sessionOf({ accessToken }: TokensBody): string {
  const [, payload = ''] = accessToken.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).sid;
}

describe('A session', () => {
  it('goes on by refresh tokens, each of which is used once', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const first = await login(kernel);
    const response = await post(kernel, 'refresh', { refreshToken: first.refreshToken });
    expect(response.headers).to.include({ 'cache-control': 'no-store' });
    const second = response.json<TokensBody>();
    expect(second.refreshToken).not.to.equal(first.refreshToken);
    expect(sessionOf(second)).to.equal(sessionOf(first));
    expect(await statusOfMe(kernel, bearer(second))).to.equal(200);
  });

  it('ends when a refresh token is used a second time, for the thief and for the owner', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const other = await login(kernel);
    const stolen = await login(kernel);
    const events = eventsOf(kernel, 'auth.refresh-reused');
    const owner = (await post(kernel, 'refresh', { refreshToken: stolen.refreshToken })).json<TokensBody>();
    const again = await post(kernel, 'refresh', { refreshToken: stolen.refreshToken });
    expect(again.status).to.equal(401);
    expect(codeOf(again)).to.equal('REFRESH_REFUSED');
    expect((await post(kernel, 'refresh', { refreshToken: owner.refreshToken })).status).to.equal(401);
    expect(await statusOfMe(kernel, bearer(owner))).to.equal(401);
    expect(await statusOfMe(kernel, bearer(stolen))).to.equal(401);
    expect(await statusOfMe(kernel, bearer(other)), 'another session').to.equal(200);
    expect(events).to.have.length(1);
  });

  it('gives one of many who come at the same moment with one refresh token new ones, and ends', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const { refreshToken } = await login(kernel);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(kernel, 'refresh', { refreshToken })),
    );
    expect(answers.filter(({ status }) => status === 200).length).to.be.at.most(1);
    for (const answer of answers.filter(({ status }) => status === 200))
      expect(await statusOfMe(kernel, bearer(answer.json<TokensBody>()))).to.equal(401);
    expect(await kernel.service('data').repository(Session).query().whereNull('revokedAt').count()).to.equal(
      0,
    );
  });

  it('keeps no refresh token that could be read in the database', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const { refreshToken } = await login(kernel);
    const rows = await kernel.service('data').repository(RefreshToken).all();
    expect(JSON.stringify(rows)).not.to.include(refreshToken);
    const [row] = rows;
    expect((await post(kernel, 'refresh', { refreshToken: row?.hash })).status).to.equal(401);
  });

  it('is over when its time is, however often it is refreshed', async () => {
    await using kernel = await startAuth({ settings: { sessionLifetime: 60, refreshTokenLifetime: 3600 } });
    await createUser(kernel);
    const { refreshToken } = await login(kernel);
    const sessions = kernel.service('data').repository(Session);
    const next = (await post(kernel, 'refresh', { refreshToken })).json<TokensBody>();
    const [session] = await sessions.all();
    expect(Date.parse(session?.expiresAt ?? '')).to.be.closeTo(
      Date.parse(session?.createdAt ?? '') + 60_000,
      1000,
    );
    await sessions.query().update({ expiresAt: new Date(Date.now() - 1).toISOString() });
    expect((await post(kernel, 'refresh', { refreshToken: next.refreshToken })).status).to.equal(401);
  });

  it('is always a new one: nothing that was there before a login becomes part of it', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    await createUser(kernel, { email: 'eve@example.org' });
    const eve = await login(kernel, { ...ann, email: 'eve@example.org' });
    const fixed = {
      ...bearer(eve),
      cookie: `sid=${sessionOf(eve)}; session=${sessionOf(eve)}; refresh_token=${eve.refreshToken}`,
      'x-session-id': sessionOf(eve),
    };
    for (const extra of [
      { sessionId: sessionOf(eve) },
      { sid: sessionOf(eve) },
      { refreshToken: eve.refreshToken },
    ]) {
      expect((await post(kernel, 'login', { ...ann, ...extra }, fixed)).status).to.equal(400);
    }
    const mine = (await post(kernel, 'login', ann, fixed)).json<TokensBody>();
    expect(sessionOf(mine)).not.to.equal(sessionOf(eve));
    const me = await kernel.inject('GET', '/auth/me', { headers: bearer(eve) });
    expect(me.json()).to.include({ email: 'eve@example.org' });
    expect(await kernel.service('data').repository(Session).count()).to.equal(2);
  });

  it('is listed with where it comes from, and ended by its owner alone', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    await createUser(kernel, { email: 'eve@example.org' });
    const phone = (await post(kernel, 'login', ann, { 'user-agent': 'Phone/1' })).json<TokensBody>();
    const laptop = (
      await post(kernel, 'login', ann, { 'user-agent': `Laptop/${'2'.repeat(1000)}` })
    ).json<TokensBody>();
    const eve = await login(kernel, { ...ann, email: 'eve@example.org' });

    const list = await kernel.inject('GET', '/auth/sessions', { headers: bearer(laptop) });
    const sessions = list.json<{ id: string; current: boolean; userAgent: string; ip: string }[]>();
    expect(sessions.map(({ userAgent }) => userAgent.slice(0, 8))).to.have.members(['Phone/1', 'Laptop/2']);
    expect(sessions.find(({ current }) => current)?.id).to.equal(sessionOf(laptop));
    expect(sessions.every(({ ip }) => ip === '127.0.0.1')).to.equal(true);

    const end = async (by: TokensBody, id: string) =>
      (await kernel.inject('DELETE', `/auth/sessions/${id}`, { headers: bearer(by) })).status;
    expect(await end(eve, sessionOf(phone)), 'that of another').to.equal(404);
    expect(await end(laptop, 'nonsense')).to.equal(400);
    expect(await end(laptop, sessionOf(phone))).to.equal(204);
    expect(await end(laptop, sessionOf(phone)), 'ended already').to.equal(404);
    expect(await statusOfMe(kernel, bearer(phone))).to.equal(401);
    expect((await post(kernel, 'refresh', { refreshToken: phone.refreshToken })).status).to.equal(401);
    expect(await statusOfMe(kernel, bearer(laptop))).to.equal(200);
  });

  it('that expired is deleted with its tokens', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    await login(kernel);
    const data = kernel.service('data');
    await data
      .repository(Session)
      .query()
      .update({ expiresAt: new Date(Date.now() - 1).toISOString() });
    await kernel.service('auth').sweep();
    expect(await data.repository(Session).count()).to.equal(0);
    expect(await data.repository(RefreshToken).count()).to.equal(0);
  });
});
