import { extensionFolder, type TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { Session } from '../entities/session.ts';
import { Throttle } from '../entities/throttle.ts';
import { ann, codeOf, createUser, form, login, post, startAuth } from './app.ts';

/** An extension that has a say at login. @param body of `afterPassword` */
function guardFolder(body: string) {
  return extensionFolder({
    'manifest.json': { name: 'gate', version: '1.0.0', dependencies: { auth: '^1.0.0' } },
    'login-guards/gate.ts': `export default { async afterPassword({ user, scopes, deviceToken }) { ${body} } };`,
  });
}

const step = `return { code: 'TEA_REQUIRED', detail: 'Bring tea.', token: [user.email, scopes, deviceToken].join(), factors: ['tea'], expiresIn: 60 };`;

const sessions = (kernel: TestKernel) => kernel.service('data').repository(Session).count();

describe('A guard of logins', () => {
  it('has a say after the right password: without what it wants there is no session', async () => {
    using gate = guardFolder(step);
    await using kernel = await startAuth({ extensions: [gate] });
    await createUser(kernel);
    const wanted = await post(kernel, 'login', { ...ann, scopes: ['blog.post:read'], deviceToken: 'd' });
    expect(wanted.status).to.equal(401);
    expect(wanted.json()).to.deep.include({
      code: 'TEA_REQUIRED',
      detail: 'Bring tea.',
      mfaToken: 'ann@example.org,blog.post:read,d',
      factors: ['tea'],
      expiresIn: 60,
    });
    const byForm = { grant_type: 'password', username: ann.email, password: ann.password, device_token: 'd' };
    const oauth = await form(kernel, byForm);
    expect([oauth.status, oauth.headers['cache-control']]).to.deep.equal([403, 'no-store']);
    expect(oauth.json()).to.deep.equal({
      error: 'tea_required',
      error_description: 'Bring tea.',
      mfa_token: 'ann@example.org,,d',
      factors: ['tea'],
      expires_in: 60,
    });
    expect(await sessions(kernel)).to.equal(0);
  });

  it('is not asked about a wrong password or a closed account', async () => {
    using gate = guardFolder(step);
    await using kernel = await startAuth({ extensions: [gate] });
    const id = await createUser(kernel);
    expect(codeOf(await post(kernel, 'login', { ...ann, password: 'a wrong one here' }))).to.equal(
      'LOGIN_REFUSED',
    );
    await kernel.service('auth').administration.disable(id);
    expect(codeOf(await post(kernel, 'login', ann))).to.equal('LOGIN_REFUSED');
  });

  it('lets in by saying nothing, and by being switched off', async () => {
    using gate = guardFolder(`if (deviceToken !== 'known') { ${step} }`);
    await using kernel = await startAuth({ extensions: [gate] });
    await createUser(kernel);
    expect((await post(kernel, 'login', ann)).status).to.equal(401);
    await login(kernel, { ...ann, deviceToken: 'known' });
    await kernel.extensions.disable('gate');
    await login(kernel);
  });

  it('that fails lets nobody in', async () => {
    using gate = guardFolder(`throw new Error('broken');`);
    await using kernel = await startAuth({ extensions: [gate] });
    await createUser(kernel);
    expect((await post(kernel, 'login', ann)).status).to.equal(500);
    expect(await sessions(kernel)).to.equal(0);
  });

  it('keeps failed attempts on the books until somebody is in', async () => {
    using gate = guardFolder(step);
    await using kernel = await startAuth({ extensions: [gate], settings: { throttleAttempts: 3 } });
    const id = await createUser(kernel);
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await post(kernel, 'login', ann)).status);
    expect(statuses).to.deep.equal([401, 401, 401, 429]);
    const { logins } = kernel.service('auth');
    const client = { ip: '127.0.0.1', userAgent: undefined };
    const gone = await logins.finish({ user: { id }, stamp: 'of another password', client, scopes: null }, [
      'pwd',
    ]);
    expect(gone).to.equal(undefined);
    expect(await sessions(kernel)).to.equal(0);
    expect(await kernel.service('data').repository(Throttle).query().where('attempts', 3).exists()).to.equal(
      true,
    );
  });
});
