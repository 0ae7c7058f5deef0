import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createKernel } from 'backplane';
import { expect } from 'chai';
import { bearer, post, type TokensBody } from './app.ts';

const run = promisify(execFile);
const main = resolve(import.meta.dirname, '../../../kernel/cli/main.mjs');
const env = {
  EXTENSIONS: 'auth',
  LOG_LEVEL: 'warn',
  AUTH_ARGON2_MEMORY: '64',
  AUTH_SESSION_CHECK: '0',
  AUTH_REQUIRE_VERIFIED_EMAIL: 'true',
};

describe('The commands of auth', () => {
  it('make the first administrator, close an account, and rotate keys, also beside a kernel that runs', async function () {
    this.timeout(60_000);
    const root = mkdtempSync(join(tmpdir(), 'backplane-auth-'));
    const backplane = async (...args: string[]): Promise<string> => {
      const { PATH = '' } = process.env;
      const { stdout } = await run(process.execPath, [main, ...args], { cwd: root, env: { ...env, PATH } });
      return stdout;
    };
    try {
      const printed = await backplane('auth', 'user', 'create', 'Root@Example.org', '--admin');
      const [, password = ''] = /^ {2}(\S{20})$/m.exec(printed) ?? [];
      await using kernel = await createKernel({ root, env: { ...env, LOG_LEVEL: 'silent', WATCH: 'false' } });
      await kernel.boot();
      const login = () => post(kernel, 'login', { email: 'root@example.org', password });
      const tokens = (await login()).json<TokensBody>();
      const status = async (path: string) =>
        (await kernel.inject('GET', path, { headers: bearer(tokens) })).status;
      expect(await status('/kernel/extensions')).to.equal(200);

      const rotated = await backplane('auth', 'rotate-keys');
      const [, kid = ''] = /The key (\S+) \(ES256\)/.exec(rotated) ?? [];
      expect((await kernel.inject('GET', '/auth/.well-known/jwks.json')).body).to.include(kid);
      expect(await status('/auth/me'), 'the retired key still verifies').to.equal(200);
      await backplane('auth', 'rotate-keys', '--now');
      expect(await status('/auth/me'), 'and does not any more').to.equal(401);

      expect((await login()).status).to.equal(200);
      await backplane('auth', 'user', 'disable', 'root@example.org');
      expect((await login()).status).to.equal(401);
      await backplane('auth', 'user', 'enable', 'root@example.org');
      expect((await login()).status).to.equal(200);

      await post(kernel, 'register', { email: 'ann@example.org', password });
      const annsLogin = () => post(kernel, 'login', { email: 'ann@example.org', password });
      expect((await annsLogin()).status, 'not verified').to.equal(401);
      await backplane('auth', 'user', 'verify', 'ann@example.org');
      expect((await annsLogin()).status).to.equal(200);

      const twice = await backplane('auth', 'user', 'create', 'root@example.org').catch(
        (error: unknown) => error,
      );
      expect(String(Reflect.get(Object(twice), 'stderr'))).to.include(
        'There is an account of root@example.org already.',
      );
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
