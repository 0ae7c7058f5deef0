import { createHmac, createPublicKey, generateKeyPairSync, type webcrypto } from 'node:crypto';
import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { SigningKey } from '../entities/signing-key.ts';
import { ann, bearer, codeOf, createUser, login, startAuth, statusOfMe } from './app.ts';

const secret = 'a secret of at least 32 characters';

interface Parts {
  readonly header: { readonly alg: string; readonly kid: string };
  readonly payload: Record<string, unknown>;
}

function partsOf(token: string): Parts {
  const [header = '', payload = ''] = token.split('.');
  return { header: parse(header), payload: parse(payload) };
}

function parse<Part>(text: string): Part {
  return JSON.parse(Buffer.from(text, 'base64url').toString());
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

async function publicKeyOf(kernel: TestKernel): Promise<{ pem: string; jwk: webcrypto.JsonWebKey }> {
  const response = await kernel.inject('GET', '/auth/.well-known/jwks.json');
  const [jwk] = response.json<{ keys: webcrypto.JsonWebKey[] }>().keys;
  if (!jwk) throw new Error('There is no key.');
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
  return { pem, jwk };
}

async function statusWith(kernel: TestKernel, token: string): Promise<number> {
  return statusOfMe(kernel, bearer({ accessToken: token }));
}

/** Signs other claims with the very key of the server: what only the server itself could do wrong. */
async function signed(kernel: TestKernel, payload: object, header: object = {}): Promise<string> {
  const { sign, kid, algorithm } = await kernel.service('auth').keys.current();
  return jwt.sign(payload, sign, { algorithm, header: { alg: algorithm, kid, ...header } });
}

describe('An access token', () => {
  it('can be verified by whoever knows the published keys, and names what it must', async () => {
    await using kernel = await startAuth();
    const id = await createUser(kernel);
    const { accessToken, expiresIn } = await login(kernel);
    const { pem, jwk } = await publicKeyOf(kernel);
    expect(jwk).to.include({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(jwk).not.to.have.property('d');
    const claims = jwt.verify(accessToken, pem, {
      issuer: 'backplane',
      audience: 'backplane',
      complete: true,
    });
    expect(claims.header.kid).to.equal(Reflect.get(jwk, 'kid'));
    expect(claims.payload).to.include({ sub: id });
    expect(claims.payload).to.include.all.keys('iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sid');
    expect(expiresIn).to.equal(900);
  });

  it('without a signature is refused, however "none" is written', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const { header, payload } = partsOf((await login(kernel)).accessToken);
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      for (const signature of ['', 'AAAA']) {
        for (const kid of [header.kid, undefined]) {
          const token = `${encode({ ...header, alg, kid })}.${encode(payload)}.${signature}`;
          expect(await statusWith(kernel, token), `${alg}.${signature}`).to.equal(401);
        }
      }
    }
  });

  it('signed with the public key as if it were a secret is refused', async () => {
    for (const algorithm of ['ES256', 'RS256']) {
      await using kernel = await startAuth({ settings: { algorithm } });
      await createUser(kernel);
      const { header, payload } = partsOf((await login(kernel)).accessToken);
      const { pem, jwk } = await publicKeyOf(kernel);
      const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
      for (const key of [pem, pem.trim(), der, JSON.stringify(jwk), '']) {
        for (const [alg, hash] of [
          ['HS256', 'sha256'],
          ['HS512', 'sha512'],
        ] as const) {
          const text = `${encode({ ...header, alg })}.${encode(payload)}`;
          const token = `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
          expect(await statusWith(kernel, token), algorithm).to.equal(401);
        }
      }
    }
  });

  it('signed by a key that the token brings along, or by one of the same name, is refused', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const { header, payload } = partsOf((await login(kernel)).accessToken);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    for (const more of [
      {},
      { jwk },
      { jku: 'https://evil.example/keys' },
      { kid: 'mine', jwk },
      { kid: '../../etc/passwd' },
    ]) {
      const token = jwt.sign(payload, privateKey, { header: { ...header, ...more, alg: 'ES256' } });
      expect(await statusWith(kernel, token), JSON.stringify(more)).to.equal(401);
    }
    // Whoever can write to the database cannot make keys of their own: they do not know JWT_SECRET.
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const forged = { kid: 'forged', algorithm: 'ES256', privateKey: Buffer.from(pem).toString('base64url') };
    await kernel.service('data').repository(SigningKey).create(forged);
    kernel.service('auth').keys.forget();
    const token = jwt.sign(payload, privateKey, { header: { alg: 'ES256', kid: 'forged' } });
    expect(await statusWith(kernel, token)).to.equal(401);
  });

  it('that was changed, is for somebody else, or lacks a claim is refused', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const other = await createUser(kernel, { email: 'bob@example.org' });
    const { accessToken } = await login(kernel);
    const { payload } = partsOf(accessToken);
    const [header, , signature] = accessToken.split('.');
    const tampered = `${header}.${encode({ ...payload, sub: other })}.${signature}`;
    expect(await statusWith(kernel, tampered)).to.equal(401);
    expect(await statusWith(kernel, await signed(kernel, payload)), 'the claims as they are').to.equal(200);
    const { sid: _sid, ...withoutSession } = payload;
    const { exp: _exp, ...withoutEnd } = payload;
    for (const wrong of [
      { ...payload, iss: 'somebody else' },
      { ...payload, aud: 'somebody else' },
      { ...payload, sub: other },
      { ...payload, sub: { $ne: null } },
      { ...payload, sid: 'not a uuid' },
      withoutSession,
      withoutEnd,
    ]) {
      expect(await statusWith(kernel, await signed(kernel, wrong)), JSON.stringify(wrong)).to.equal(401);
    }
  });

  it('that has expired, or is not valid yet, is refused, and says so', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const { payload } = partsOf((await login(kernel)).accessToken);
    const now = Math.floor(Date.now() / 1000);
    const me = async (claims: object) => {
      const headers = bearer({ accessToken: await signed(kernel, { ...payload, ...claims }) });
      return kernel.inject('GET', '/auth/me', { headers });
    };
    const expired = await me({ exp: now - 10 });
    expect(expired.status).to.equal(401);
    expect(codeOf(expired)).to.equal('TOKEN_EXPIRED');
    expect(expired.headers['www-authenticate']).to.match(/^Bearer error="invalid_token"/);
    const early = await me({ nbf: now + 60 });
    expect(early.status).to.equal(401);
    expect(codeOf(early)).to.equal('TOKEN_INVALID');
  });

  it('that was accepted before is refused once it has expired', async () => {
    await using kernel = await startAuth({ settings: { accessTokenLifetime: 1 } });
    await createUser(kernel);
    const { payload } = partsOf((await login(kernel)).accessToken);
    // Within the tolerance for other servers' clocks it is taken, and remembered no longer than it holds.
    const token = await signed(kernel, { ...payload, exp: Math.floor(Date.now() / 1000) - 2 });
    const { credentials } = kernel.service('auth');
    expect(await statusWith(kernel, token)).to.equal(200);
    expect(credentials.tokens.find(`Bearer ${token}`, Date.now())).to.equal(undefined);
  });

  it('of a session that ended is refused at once', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const headers = bearer(await login(kernel));
    expect(await statusOfMe(kernel, headers)).to.equal(200);
    expect((await kernel.inject('POST', '/auth/logout', { headers })).status).to.equal(204);
    expect(await statusOfMe(kernel, headers)).to.equal(401);
    // Also when this process has forgotten: the database knows.
    kernel.service('auth').credentials.clear();
    expect(await statusOfMe(kernel, headers)).to.equal(401);
  });

  it('of a session that another process ended is refused when the time to rely on it is over', async () => {
    await using kernel = await startAuth({ settings: { sessionCheck: 0 } });
    const id = await createUser(kernel);
    const headers = bearer(await login(kernel));
    expect(await statusOfMe(kernel, headers)).to.equal(200);
    await kernel
      .service('data')
      .database()
      .knex('auth_sessions')
      .where({ user_id: id })
      .update({ revoked_at: new Date().toISOString() });
    expect(await statusOfMe(kernel, headers)).to.equal(401);
  });

  it('is not taken from anywhere but the header', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const { accessToken, refreshToken } = await login(kernel);
    expect((await kernel.inject('GET', `/auth/me?access_token=${accessToken}`)).status).to.equal(401);
    expect(await statusOfMe(kernel, { cookie: `token=${accessToken}` })).to.equal(401);
    for (const authorization of [
      accessToken,
      `Basic ${accessToken}`,
      'Bearer',
      'Bearer ',
      `Bearer ${refreshToken}`,
      `Bearer a.b.c`,
    ]) {
      expect(await statusOfMe(kernel, { authorization }), authorization).to.equal(401);
    }
    expect(await statusOfMe(kernel, { authorization: `bearer  ${accessToken}` })).to.equal(200);
  });

  it('is signed with HS256 by JWT_SECRET where the settings say so, and with nothing else', async () => {
    const env = { JWT_SECRET: secret };
    await using kernel = await startAuth({ env, settings: { algorithm: 'HS256' } });
    await createUser(kernel);
    const { accessToken } = await login(kernel);
    const { header, payload } = partsOf(accessToken);
    expect(header.alg).to.equal('HS256');
    expect(jwt.verify(accessToken, secret)).to.include({ iss: 'backplane' });
    expect(await statusWith(kernel, accessToken)).to.equal(200);
    const jwks = await kernel.inject('GET', '/auth/.well-known/jwks.json');
    expect(jwks.json(), 'the secret is not published').to.deep.equal({ keys: [] });
    const other = jwt.sign(payload, secret, { algorithm: 'HS512', header: { ...header, alg: 'HS512' } });
    expect(await statusWith(kernel, other)).to.equal(401);
    const guessed = jwt.sign(payload, 'secret', { header: { ...header, alg: 'HS256' } });
    expect(await statusWith(kernel, guessed)).to.equal(401);
  });

  it('has no more than the scopes that were asked for', async () => {
    await using kernel = await startAuth();
    await createUser(kernel, { admin: true });
    const root = await login(kernel);
    expect((await kernel.inject('GET', '/kernel/extensions', { headers: bearer(root) })).status).to.equal(
      200,
    );
    const headers = bearer(await login(kernel, { ...ann, scopes: ['blog.post:read'] }));
    expect(await statusOfMe(kernel, headers)).to.equal(200);
    for (const [method, path] of [
      ['GET', '/kernel/extensions'],
      ['GET', '/auth/sessions'],
      ['POST', '/auth/api-keys'],
      ['POST', '/auth/password'],
    ] as const) {
      const body = path.endsWith('keys')
        ? { name: 'x', scopes: ['*'] }
        : { current: ann.password, password: 'another sentence' };
      const response = await kernel.inject(method, path, { headers, ...(method === 'POST' ? { body } : {}) });
      expect(response.status, path).to.equal(403);
    }
  });
});
