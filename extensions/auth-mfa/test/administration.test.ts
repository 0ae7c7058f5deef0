import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createKernel } from 'backplane';
import { eventsOf } from 'backplane/testing';
import { expect } from 'chai';
import { actingAs } from '../../auth/index.ts';
import {
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

const root = { 'x-api-key': 'a root key for tests alone' };

describe('Second factors of somebody who has lost them', () => {
  it('are removed by administrators, with all that belongs to them', async () => {
    await using kernel = await startMfa({ env: { ROOT_API_KEY: root['x-api-key'] } });
    const id = await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const disabled = eventsOf(kernel, 'auth-mfa.disabled');
    const path = `/auth/mfa/users/${id}`;
    const remove = async (headers: Record<string, string>) => kernel.inject('DELETE', path, { headers });
    expect((await remove({})).status).to.equal(401);
    expect((await remove(await actingAs(kernel))).status).to.equal(403);
    const mfaToken = await beginLogin(kernel);
    expect((await remove(await actingAs(kernel, { admin: true }))).status).to.equal(204);
    expect(disabled.map(({ payload }) => payload)).to.deep.equal([
      { userId: id, factors: ['totp'], others: false, by: 'administrator' },
    ]);
    expect(codeOf(await verify(kernel, mfaToken, totpCode(secret)))).to.equal('MFA_TOKEN_INVALID');
    await tokensOf(post(kernel, 'login', ann));
    expect((await remove(root)).status, 'there are none any more').to.equal(204);
    const unknown = await kernel.inject('DELETE', '/auth/mfa/users/00000000-0000-7000-8000-000000000001', {
      headers: root,
    });
    expect(unknown.status).to.equal(404);
  });

  it('are not removed by an administrator who has factors and did not use them lately', async () => {
    await using kernel = await startMfa();
    const id = await createUser(kernel);
    await kernel.service('data').repository('auth.user').query().update({ admin: true });
    await enrolTotp(kernel);
    const path = `/auth/mfa/users/${id}`;
    const refused = await kernel.inject('DELETE', path, { headers: await actingAs(kernel, { id }) });
    expect(codeOf(refused)).to.equal('STEP_UP_REQUIRED');
    const headers = await actingAs(kernel, { id }, { secondFactor: true });
    expect((await kernel.inject('DELETE', path, { headers })).status).to.equal(204);
  });

  it('are removed from the command line', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'backplane-mfa-'));
    const env = { EXTENSIONS: 'auth-mfa', LOG_LEVEL: 'warn', AUTH_ARGON2_MEMORY: '64' };
    const main = resolve(import.meta.dirname, '../../../kernel/cli/main.mjs');
    const backplane = async (...args: string[]) => {
      const { PATH = '' } = process.env;
      return promisify(execFile)(process.execPath, [main, ...args], { cwd: folder, env: { ...env, PATH } });
    };
    try {
      await using kernel = await createKernel({
        root: folder,
        env: { ...env, LOG_LEVEL: 'silent', WATCH: 'false' },
      });
      await kernel.boot();
      const services = kernel.extensions.active.get('auth-mfa')?.container.services;
      if (!services) throw new Error('auth-mfa does not run.');
      const { id } = await services.auth.administration.create(ann);
      await services.mfa.factors.put(id, 'sms', { phone: '+442079460958' });
      const login = () => kernel.inject('POST', '/auth/login', { body: ann });
      expect(codeOf(await login())).to.equal('MFA_REQUIRED');
      const { stdout } = await backplane('auth', 'mfa', 'reset', 'Ann@Example.org');
      expect(stdout).to.include('ann@example.org logs in with the password alone');
      await tokensOf(login());
      const unknown = await backplane('auth', 'mfa', 'reset', 'nobody@example.org').catch(
        (error: unknown) => error,
      );
      expect(String(Reflect.get(Object(unknown), 'stderr'))).to.include(
        'There is no account of nobody@example.org.',
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('Without the extension', () => {
  it('switched off while it serves, a login takes the password alone; switched on, it is as before', async () => {
    await using kernel = await startMfa();
    await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const mfaToken = await beginLogin(kernel);
    await kernel.extensions.disable('auth-mfa');
    const { accessToken, refreshToken } = await tokensOf(post(kernel, 'login', ann));
    expect(claimsOf(accessToken).amr).to.deep.equal(['pwd']);
    expect((await verify(kernel, mfaToken, totpCode(secret))).status).to.equal(404);
    await tokensOf(post(kernel, 'refresh', { refreshToken }));

    await kernel.extensions.enable('auth-mfa');
    expect(codeOf(await post(kernel, 'login', ann))).to.equal('MFA_REQUIRED');
    await tokensOf(verify(kernel, mfaToken, totpCode(secret)));
  });
});
