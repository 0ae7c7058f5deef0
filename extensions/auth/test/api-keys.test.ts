import { isPermission } from 'backplane';
import { expect } from 'chai';
import { ApiKey } from '../entities/api-key.ts';
import { ann, bearer, codeOf, createUser, form, login, post, startAuth, statusOfMe } from './app.ts';

interface Created {
  readonly id: string;
  readonly key: string;
  readonly prefix: string;
}

describe('An API key', () => {
  it('acts for its user, is told once and kept as a digest', async () => {
    await using kernel = await startAuth();
    const id = await createUser(kernel);
    const headers = bearer(await login(kernel));
    const response = await post(kernel, 'api-keys', { name: 'script', scopes: ['*'] }, headers);
    expect(response.status).to.equal(201);
    expect(response.headers).to.include({ 'cache-control': 'no-store' });
    const { key, prefix } = response.json<Created>();
    expect(key.startsWith(`${prefix}_`)).to.equal(true);
    const me = await kernel.inject('GET', '/auth/me', { headers: { 'x-api-key': key } });
    expect(me.json()).to.include({ id, email: ann.email });

    const list = await kernel.inject('GET', '/auth/api-keys', { headers });
    expect(list.body).not.to.include(key).and.not.to.include('hash');
    expect(list.json<{ lastUsedAt: string }[]>()[0]?.lastUsedAt).to.be.a('string');
    const rows = JSON.stringify(await kernel.service('data').repository(ApiKey).all());
    expect(rows).not.to.include(key.slice(prefix.length + 1));
  });

  it('that is wrong, changed, expired or revoked is refused', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    await createUser(kernel, { email: 'eve@example.org' });
    const headers = bearer(await login(kernel));
    const eve = bearer(await login(kernel, { ...ann, email: 'eve@example.org' }));
    const { id, key, prefix } = (
      await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, headers)
    ).json<Created>();
    expect(await statusOfMe(kernel, { 'x-api-key': key })).to.equal(200);
    const changed = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [
      changed,
      `${prefix}_`,
      prefix,
      'bpk_',
      `${key}x`,
      `bpk_000000000000_${key.slice(-43)}`,
      'nonsense',
      '',
    ]) {
      expect(await statusOfMe(kernel, { 'x-api-key': wrong }), wrong).to.equal(401);
    }
    const past = { name: 'x', scopes: ['*'], expiresAt: '2020-01-01T00:00:00Z' };
    expect(codeOf(await post(kernel, 'api-keys', past, headers))).to.equal('EXPIRY_PASSED');

    for (const expiresAt of ['2016-12-31T23:59:60Z', '9999-12-31T23:59:59-14:00', '0000-01-01T00:00:00Z']) {
      const none = await post(kernel, 'api-keys', { ...past, expiresAt }, headers);
      expect(none.status, expiresAt).to.be.oneOf([400, 422]);
    }

    const remove = async (by: Record<string, string>) =>
      (await kernel.inject('DELETE', `/auth/api-keys/${id}`, { headers: by })).status;
    expect(await remove(eve), 'that of another').to.equal(404);
    expect(await remove(headers)).to.equal(204);
    expect(await statusOfMe(kernel, { 'x-api-key': key })).to.equal(401);
  });

  it('is refused when its time is over, although it was just used', async () => {
    // Relied on for longer than it holds.
    await using kernel = await startAuth({ settings: { sessionCheck: 3600 } });
    await createUser(kernel);
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    const made = await post(
      kernel,
      'api-keys',
      { name: 'x', scopes: ['*'], expiresAt },
      bearer(await login(kernel)),
    );
    const { key } = made.json<Created>();
    expect(await statusOfMe(kernel, { 'x-api-key': key })).to.equal(200);
    const { credentials } = kernel.service('auth');
    expect(credentials.apiKeys.find(key, Date.now())).not.to.equal(undefined);
    expect(credentials.apiKeys.find(key, Date.parse(expiresAt)), 'at that moment').to.equal(undefined);
  });

  it('may do no more than its scopes, and make nothing that may do more', async () => {
    await using kernel = await startAuth();
    await createUser(kernel, { admin: true });
    const admin = bearer(await login(kernel));
    const make = async (scopes: string[], headers: Record<string, string>) =>
      post(kernel, 'api-keys', { name: 'x', scopes }, headers);
    const { key: all } = (await make(['*'], admin)).json<Created>();
    const { key: some } = (await make(['blog.post:read'], admin)).json<Created>();
    const statusOf = async (key: string) =>
      (await kernel.inject('GET', '/kernel/extensions', { headers: { 'x-api-key': key } })).status;
    expect(await statusOf(all)).to.equal(200);
    expect(await statusOf(some)).to.equal(403);
    expect((await make(['*'], { 'x-api-key': all })).status, 'a key makes no keys').to.equal(401);
    expect((await make(['everything'], admin)).status).to.equal(400);
    expect((await make([], admin)).status).to.equal(400);

    const narrow = bearer(await login(kernel, { ...ann, scopes: ['auth.account:manage', 'blog.post:*'] }));
    expect((await make(['blog.post:read'], narrow)).status).to.equal(201);
    for (const scope of ['*', '*:*', '*:read', 'mail:send'])
      expect(codeOf(await make([scope], narrow)), scope).to.equal('SCOPE_EXCEEDED');
  });

  it('has as scopes whatever is a permission, or a pattern of some', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const headers = bearer(await login(kernel));
    const password = { grant_type: 'password', username: ann.email, password: ann.password };
    for (const scope of [
      '*',
      '*:*',
      '*:read',
      'blog.*:read',
      'blog.post:publishAll',
      'blog.post:*',
      'blog:read',
      'blog.*:*',
      'auth.api-key:read',
      'blog',
      'blog.post',
      'Blog.post:read',
      'blog.post:Read',
      'blog..post:read',
      'bl*g:read',
      '*.post:read',
      '1blog:read',
      ':read',
      'blog:',
    ]) {
      const [key, token] = isPermission(scope) ? [201, 200] : [400, 400];
      expect(
        (await post(kernel, 'api-keys', { name: 'x', scopes: [scope] }, headers)).status,
        scope,
      ).to.equal(key);
      expect((await form(kernel, { ...password, scope })).status, scope).to.equal(token);
    }
  });

  it('is no access token, wherever it is sent', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const token = bearer(await login(kernel));
    const { key } = (await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, token)).json<Created>();
    expect(await statusOfMe(kernel, { 'x-api-key': key }), 'known from now on').to.equal(200);
    for (const authorization of [key, `Bearer ${key}`, `ApiKey ${key}`]) {
      const response = await post(kernel, 'api-keys', { name: 'y', scopes: ['*'] }, { authorization });
      expect(response.status, authorization).to.equal(401);
      expect(await statusOfMe(kernel, { authorization }), authorization).to.equal(401);
    }
    expect(await statusOfMe(kernel, token)).to.equal(200);
    expect(await statusOfMe(kernel, { 'x-api-key': token.authorization })).to.equal(401);
  });

  it('and the root API key of the kernel leave each other alone', async () => {
    await using kernel = await startAuth();
    const root = { 'x-api-key': kernel.configuration.rootApiKey ?? '' };
    expect((await kernel.inject('GET', '/kernel/extensions', { headers: root })).status).to.equal(200);
    const me = await kernel.inject('GET', '/auth/me', { headers: root });
    expect(me.status).to.equal(403);
    expect(codeOf(me)).to.equal('NOT_A_USER');
  });
});
