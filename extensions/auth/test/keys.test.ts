import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { SigningKey } from '../entities/signing-key.ts';
import { anotherProcess, bearer, cheap, createUser, login, startAuth, statusOfMe } from './app.ts';

async function keyNames(kernel: Awaited<ReturnType<typeof startAuth>>): Promise<string[]> {
  const response = await kernel.inject('GET', '/auth/.well-known/jwks.json');
  return response.json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid);
}

describe('Signing keys', () => {
  it('are made at first use, one however many ask, and lie encrypted in the database', async () => {
    await using kernel = await startAuth();
    const { keys } = kernel.service('auth');
    const made = await Promise.all([keys.current(), keys.current(), keys.current()]);
    expect(new Set(made.map(({ kid }) => kid)).size).to.equal(1);
    const [row, ...others] = await kernel.service('data').repository(SigningKey).all();
    expect(others).to.have.length(0);
    expect(row?.privateKey).not.to.match(/PRIVATE|BEGIN/);
    expect(Buffer.from(row?.privateKey ?? '', 'base64url').toString('latin1')).not.to.match(/PRIVATE|BEGIN/);
  });

  it('that are retired verify until what they signed has expired, and sign no more', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const before = await login(kernel);
    const { keys, credentials } = kernel.service('auth');
    const old = await keys.current();
    const { kid } = await keys.rotate({ immediately: false });
    expect(await keyNames(kernel)).to.deep.equal([old.kid, kid]);
    expect(await statusOfMe(kernel, bearer(before))).to.equal(200);
    const after = await login(kernel);
    expect(JSON.parse(Buffer.from(after.accessToken.split('.')[0] ?? '', 'base64url').toString())).to.include(
      { kid },
    );

    // Its time is over, although the token itself would still hold.
    const past = new Date(Date.now() - 1).toISOString();
    await kernel
      .service('data')
      .repository(SigningKey)
      .query()
      .where('kid', old.kid)
      .update({ verifiesUntil: past });
    keys.forget();
    credentials.clear();
    expect(await statusOfMe(kernel, bearer(before))).to.equal(401);
    expect(await statusOfMe(kernel, bearer(after))).to.equal(200);
    expect(await keyNames(kernel)).to.deep.equal([kid]);
  });

  it('that somebody knows can be retired at once', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const before = await login(kernel);
    expect(await statusOfMe(kernel, bearer(before))).to.equal(200);
    await kernel.service('auth').keys.rotate({ immediately: true });
    expect(await statusOfMe(kernel, bearer(before))).to.equal(401);
    expect(await statusOfMe(kernel, bearer(await login(kernel)))).to.equal(200);
  });

  it('of another process are found when a token names them', async () => {
    await using kernel = await startAuth();
    const { keys } = kernel.service('auth');
    await keys.current();
    const other = anotherProcess(kernel);
    const { kid } = await other.keys.rotate({ immediately: false });
    expect((await keys.find(kid))?.kid).to.equal(kid);
    expect((await keys.current()).kid).to.equal(kid);
  });

  it('of another JWT_SECRET are passed over', async () => {
    await using kernel = await startAuth();
    const { keys } = kernel.service('auth');
    const before = await keys.current();
    const rows = kernel.service('data').repository(SigningKey);
    await rows
      .query()
      .where('kid', before.kid)
      .update({ privateKey: 'AAAA'.repeat(20) });
    keys.forget();
    // What is known in memory is known by its name; a process that starts now knows nothing.
    await kernel.extensions.reload('auth');
    const now = await kernel.service('auth').keys.current();
    expect(now.kid).not.to.equal(before.kid);
    expect(kernel.logs.some(({ msg }) => msg?.includes(before.kid) && msg.includes('JWT_SECRET'))).to.equal(
      true,
    );
  });

  it('of every algorithm sign what verifies', async () => {
    for (const algorithm of ['ES384', 'RS256', 'PS256']) {
      await using kernel = await startAuth({ settings: { algorithm } });
      await createUser(kernel);
      const { accessToken } = await login(kernel);
      const [header = ''] = accessToken.split('.');
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).to.include({ alg: algorithm });
      expect(await statusOfMe(kernel, bearer({ accessToken })), algorithm).to.equal(200);
    }
  });

  it('of another algorithm sign no more once the settings name a new one, and verify for a while', async () => {
    await using kernel = await startAuth({ files: { 'config/auth.ts': configOf('ES256') } });
    await createUser(kernel);
    const before = await login(kernel);
    writeFileSync(join(kernel.root, 'config', 'auth.ts'), configOf('ES384'));
    await kernel.extensions.reload('auth');
    const after = await login(kernel);
    expect(await statusOfMe(kernel, bearer(before))).to.equal(200);
    expect(await statusOfMe(kernel, bearer(after))).to.equal(200);
    const keys = await kernel.service('data').repository(SigningKey).query().oldest().get();
    expect(keys.map(({ algorithm, retiredAt }) => [algorithm, retiredAt !== null])).to.deep.equal([
      ['ES256', true],
      ['ES384', false],
    ]);
  });
});

function configOf(algorithm: string): string {
  return `export default ${JSON.stringify({ ...cheap, algorithm })};`;
}
