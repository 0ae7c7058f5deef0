import { expect } from 'chai';
import { ann, bearer, createUser, form, login, startAuth, statusOfMe } from './app.ts';

const password = { grant_type: 'password', username: ann.email, password: ann.password };

interface Answer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly error?: string;
}

describe('POST /auth/token', () => {
  it('gives tokens for a password and for a refresh token, as RFC 6749 says', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const granted = await form(kernel, password);
    expect(granted.status).to.equal(200);
    expect(granted.headers).to.include({ 'cache-control': 'no-store', pragma: 'no-cache' });
    const { access_token: accessToken, refresh_token, ...rest } = granted.json<Answer>();
    expect(rest).to.deep.equal({ token_type: 'Bearer', expires_in: 900 });
    expect(await statusOfMe(kernel, bearer({ accessToken }))).to.equal(200);

    const refreshed = await form(kernel, { grant_type: 'refresh_token', refresh_token });
    expect(refreshed.status).to.equal(200);
    const again = await form(kernel, { grant_type: 'refresh_token', refresh_token });
    expect(again.status).to.equal(400);
    expect(again.json<Answer>().error).to.equal('invalid_grant');
  });

  it('passes over what it does not know, and narrows tokens to a scope', async () => {
    await using kernel = await startAuth();
    await createUser(kernel, { admin: true });
    const granted = await form(kernel, { ...password, client_id: 'app', scope: 'blog.post:read mail:*' });
    expect(granted.json()).to.include({ scope: 'blog.post:read mail:*' });
    const headers = bearer({ accessToken: granted.json<Answer>().access_token });
    expect((await kernel.inject('GET', '/kernel/extensions', { headers })).status).to.equal(403);
    const { refresh_token } = granted.json<Answer>();
    const wider = await form(kernel, { grant_type: 'refresh_token', refresh_token, scope: '*' });
    expect(wider.json()).to.include({ scope: 'blog.post:read mail:*' });
  });

  it('tells each error by its code', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const errors: [string | Record<string, string>, string][] = [
      ['', 'invalid_request'],
      [{ username: ann.email, password: ann.password }, 'invalid_request'],
      [{ grant_type: 'password', username: ann.email }, 'invalid_request'],
      [{ grant_type: 'password', username: ann.email, password: '' }, 'invalid_request'],
      [`${new URLSearchParams(password)}&username=eve%40example.org`, 'invalid_request'],
      [{ grant_type: 'refresh_token' }, 'invalid_request'],
      [{ ...password, password: 'a wrong one here' }, 'invalid_grant'],
      [{ ...password, username: 'nobody@example.org' }, 'invalid_grant'],
      [{ ...password, username: 'no address' }, 'invalid_grant'],
      [{ grant_type: 'refresh_token', refresh_token: 'nonsense' }, 'invalid_grant'],
      [{ ...password, grant_type: 'authorization_code' }, 'unsupported_grant_type'],
      [{ ...password, grant_type: 'constructor' }, 'unsupported_grant_type'],
      [{ ...password, scope: 'a"b' }, 'invalid_scope'],
    ];
    for (const [fields, error] of errors) {
      const response = await form(kernel, fields);
      expect(response.status, JSON.stringify(fields)).to.equal(400);
      expect(response.headers['content-type']).to.match(/^application\/json/);
      expect(response.headers).to.include({ 'cache-control': 'no-store' });
      expect(response.json<Answer>().error, JSON.stringify(fields)).to.equal(error);
    }
    const json = await kernel.inject('POST', '/auth/token', { body: password });
    expect(json.json<Answer>().error).to.equal('invalid_request');
  });

  it('is throttled as any login is', async () => {
    await using kernel = await startAuth({ settings: { throttleAttempts: 2 } });
    await createUser(kernel);
    for (const _ of [1, 2]) await form(kernel, { ...password, password: 'a wrong one here' });
    const blocked = await form(kernel, password);
    expect(blocked.status).to.equal(429);
    expect(blocked.json<Answer>().error).to.equal('temporarily_unavailable');
    expect(blocked.headers).to.have.property('retry-after');
  });

  it('stands in the document of the API, with everything else', async () => {
    await using kernel = await startAuth({ extensions: ['openapi'] });
    const { paths } = (await kernel.inject('GET', '/openapi.json')).json<{ paths: Record<string, object> }>();
    expect(Object.keys(paths)).to.include.members([
      '/auth/token',
      '/auth/login',
      '/auth/sessions/{id}',
      '/auth/.well-known/jwks.json',
    ]);
    await createUser(kernel);
    await login(kernel);
  });
});
