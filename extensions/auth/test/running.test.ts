import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createKernel } from 'backplane';
import { extensionFolder, until } from 'backplane/testing';
import { expect } from 'chai';
import { User } from '../entities/user.ts';
import { actingAs } from '../index.ts';
import { hashPassword } from '../passwords/argon2.ts';
import { ann, bearer, createUser, login, post, startAuth, statusOfMe } from './app.ts';

describe('The extension auth', () => {
  it('does not run in production without JWT_SECRET, and says so; the rest goes on', async () => {
    using other = extensionFolder({
      'manifest.json': { name: 'other', version: '1.0.0' },
      'routes/it.ts': `import { route } from 'backplane'; export default route.get('/', () => 'here');`,
    });
    const root = mkdtempSync(join(tmpdir(), 'backplane-auth-'));
    const start = async (secret: Record<string, string>) => {
      const kernel = await createKernel({
        root,
        env: { NODE_ENV: 'production', LOG_LEVEL: 'silent', AUTO_MIGRATE: 'true', ...secret },
        extensionRoots: [resolve(import.meta.dirname, '..'), other.path].map((path) => ({
          path,
          kind: 'extension',
        })),
      });
      await kernel.boot();
      return kernel;
    };
    try {
      await using without = await start({});
      const { state, reason } = without.extensions.status('auth') ?? {};
      expect(state).to.equal('blocked');
      expect(reason).to.include('JWT_SECRET');
      expect((await post(without, 'login', ann)).status).to.equal(404);
      expect((await without.inject('GET', '/other')).body).to.equal('here');

      await using short = await start({ JWT_SECRET: 'too short' });
      expect(short.extensions.status('auth')).to.include({ state: 'failed' });
      expect(short.extensions.status('auth')?.reason)
        .to.match(/JWT_SECRET.*32/)
        .and.not.to.include('too short');

      await using with32 = await start({ JWT_SECRET: 'a secret of at least 32 characters' });
      expect(with32.extensions.status('auth')).to.include({ state: 'active' });
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it('has a secret made for it in development', async () => {
    await using kernel = await startAuth({
      env: { NODE_ENV: 'development', ROOT_API_KEY: 'a key that is set' },
    });
    await createUser(kernel);
    await login(kernel);
    expect(kernel.configuration.hasNewSecrets, 'nothing to tell of').to.equal(false);
  });

  it('answers no request with a wrong identity while it is reloaded under load', async function () {
    this.timeout(60_000);
    await using kernel = await startAuth();
    const people = await Promise.all(
      ['ann', 'bob', 'eve', 'joe'].map(async (name) => {
        const email = `${name}@example.org`;
        const id = await createUser(kernel, { email });
        const tokens = await login(kernel, { ...ann, email });
        const made = await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, bearer(tokens));
        return { id, headers: [bearer(tokens), { 'x-api-key': made.json<{ key: string }>().key }] };
      }),
    );
    let running = true;
    let answered = 0;
    const wrong: string[] = [];
    const load = people.flatMap(({ id, headers }) =>
      headers.map(async (one) => {
        while (running) {
          const response = await kernel.inject('GET', '/auth/me', { headers: one });
          answered += 1;
          if (response.status !== 200 || response.json<{ id: string }>().id !== id) wrong.push(response.body);
        }
      }),
    );
    for (let generation = 2; generation <= 6; generation += 1) {
      const before = answered;
      await kernel.extensions.reload('auth');
      await until(() => answered > before + 50);
    }
    running = false;
    await Promise.all(load);
    expect(wrong).to.deep.equal([]);
    expect(kernel.extensions.status('auth')).to.include({ generation: 6 });
  });

  it('knows after a reload what ended before it', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const [gone, stays] = [bearer(await login(kernel)), bearer(await login(kernel))];
    await post(kernel, 'logout', undefined, gone);
    await kernel.extensions.reload('auth');
    expect(await statusOfMe(kernel, gone)).to.equal(401);
    expect(await statusOfMe(kernel, stays)).to.equal(200);
  });

  it('leaves nobody known when it is switched off', async () => {
    using app = extensionFolder({
      'manifest.json': { name: 'app', version: '1.0.0' },
      'routes/it.ts': `import { route } from 'backplane';
        export default route.get('/', { auth: 'required' }, ({ actor }) => actor.id);`,
    });
    await using kernel = await startAuth({ extensions: [app] });
    await createUser(kernel);
    const headers = bearer(await login(kernel));
    expect((await kernel.inject('GET', '/app', { headers })).status).to.equal(200);
    await kernel.extensions.disable('auth');
    expect((await kernel.inject('GET', '/app', { headers })).status).to.equal(401);
    await kernel.extensions.enable('auth');
    expect((await kernel.inject('GET', '/app', { headers })).status).to.equal(200);
  });

  it('lets tests act as somebody that there is, or that is made for it', async () => {
    await using kernel = await startAuth();
    const me = async (headers: { authorization: string }) =>
      (await kernel.inject('GET', '/auth/me', { headers })).json<{ id: string; admin: boolean }>();
    const id = await createUser(kernel);
    expect(await me(await actingAs(kernel, { id }))).to.include({ id, admin: false });
    expect(await me(await actingAs(kernel, { admin: true }))).to.include({ admin: true });
    const made = await me(await actingAs(kernel));
    expect(made.id).not.to.equal(id);
  });

  it('brings hashes along to another cost at the next login', async () => {
    await using kernel = await startAuth();
    const id = await createUser(kernel);
    const users = kernel.service('data').repository(User);
    const passwordHash = await hashPassword(ann.password, { memory: 32, passes: 3, parallelism: 2 });
    await users.update(id, { passwordHash });
    await login(kernel);
    expect((await users.findOrFail(id)).passwordHash).to.match(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    await login(kernel);
  });
});
