import type { Actor } from 'backplane';
import { extensionFolder } from 'backplane/testing';
import { expect } from 'chai';
import { OneTimeToken } from '../entities/one-time-token.ts';
import { Session } from '../entities/session.ts';
import { User } from '../entities/user.ts';
import { ann, bearer, createUser, login, post, startAuth, statusOfMe } from './app.ts';

/** What roles are granted, for all rows. */
const roles = extensionFolder({
  'manifest.json': { name: 'roles', version: '1.0.0' },
  'authorities/roles.ts': `
    import { covers, defineAuthority } from 'backplane';
    const patterns = {
      member: ['*:read', '*:aggregate', '*:create', '*:update', '*:delete', '*:restore'],
      steward: ['auth.user:administer'],
      owner: ['*'],
    };
    export default defineAuthority({
      name: 'roles',
      grants: ({ actor, permission }) =>
        actor.roles.some((role) => patterns[role]?.some((pattern) => covers(pattern, permission))) ? [{}] : [],
    });`,
});

const start = () => startAuth({ extensions: [roles] });
const as = (role: string): Actor => ({ id: '0190a000-0000-7000-8000-00000000000a', roles: [role] });

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    ({ code }) => code,
  );
}

describe('Whoever may update and delete whatever there is', () => {
  it('reaches no sessions, keys or tokens: those are for the services alone', async () => {
    await using kernel = await start();
    for (const name of ['auth.session', 'auth.api-key', 'auth.refresh-token', 'auth.one-time-token']) {
      const rows = kernel.service('managers').as(as('owner')).of({ name });
      expect(await codeOf(rows.list()), name).to.equal('ACCESS_DENIED');
      expect(await codeOf(rows.aggregate({ count: true })), name).to.equal('ACCESS_DENIED');
    }
  });

  it('makes, changes and deletes no accounts: those have an action of their own', async () => {
    await using kernel = await start();
    const id = await createUser(kernel);
    const users = kernel.service('managers').as(as('member')).of(User);
    expect(await codeOf(users.update(id, { email: 'eve@example.org' }))).to.equal('ACCESS_DENIED');
    expect(await codeOf(users.update(id, { name: 'x' }))).to.equal('ACCESS_DENIED');
    expect(await codeOf(users.updateMany([{ id, name: 'x' }]))).to.equal('ACCESS_DENIED');
    expect(await codeOf(users.delete(id))).to.equal('ACCESS_DENIED');
    expect(await codeOf(users.deleteMany([id]))).to.equal('ACCESS_DENIED');
    expect(await codeOf(users.create({ email: 'eve@example.org' }))).to.equal('ACCESS_DENIED');
    const own = kernel.service('managers').as({ id, roles: [] }).of(User);
    expect(await codeOf(own.update(id, { email: 'eve@example.org' }))).to.equal('ACCESS_DENIED');
  });

  it('sees of others what all may see', async () => {
    await using kernel = await start();
    const id = await createUser(kernel);
    const managers = kernel.service('managers');
    const shared = ['id', 'email', 'name', 'createdAt', 'updatedAt'];
    const others = managers.as(as('member')).of(User);
    expect(await others.get(id)).to.have.all.keys(shared);
    for (const field of ['admin', 'disabledAt', 'emailVerifiedAt'] as const) {
      expect((await others.list({ fields: [field] })).rows, field).to.deep.equal([]);
      expect((await others.list({ filter: { [field]: { isNull: false } } })).rows, field).to.deep.equal([]);
    }
    expect(await others.aggregate({ groupBy: ['admin'], count: true })).to.deep.equal([]);
    const whole = [...shared, 'admin', 'disabledAt', 'emailVerifiedAt'];
    expect(await managers.as({ id, roles: [] }).of(User).get(id)).to.have.all.keys(whole);
    const myself = managers.as({ id, roles: ['member'] }).of(User);
    expect(await myself.get(id, { fields: ['admin'] })).to.include({ admin: false });
    for (const role of ['steward', 'owner', 'admin'])
      expect(await managers.as(as(role)).of(User).get(id), role).to.have.all.keys(whole);
  });
});

describe('Whoever administers accounts', () => {
  it('changes and deletes them, save those of administrators', async () => {
    await using kernel = await start();
    const id = await createUser(kernel);
    const admin = await createUser(kernel, { email: 'root@example.org', admin: true });
    for (const role of ['steward', 'owner']) {
      const users = kernel.service('managers').as(as(role)).of(User);
      expect(await users.update(id, { name: role })).to.include({ name: role });
      expect(await codeOf(users.update(admin, { email: 'eve@example.org' })), role).to.equal('ACCESS_DENIED');
      expect(await codeOf(users.updateMany([{ id: admin, name: 'x' }])), role).to.equal('ACCESS_DENIED');
      expect(await codeOf(users.delete(admin)), role).to.equal('ACCESS_DENIED');
      expect(await codeOf(users.deleteMany([id, admin])), role).to.equal('ACCESS_DENIED');
    }
    const administrators = kernel.service('managers').as(as('admin')).of(User);
    expect(await administrators.update(admin, { name: 'Root' })).to.include({ name: 'Root' });
    await administrators.deleteMany([id, admin]);
  });

  it('writes addresses as accounts are known by, each for one account', async () => {
    await using kernel = await start();
    const id = await createUser(kernel);
    const users = kernel.service('managers').as(as('steward')).of(User);
    const { id: other } = await users.create({ email: 'Ben@Example.ORG' });
    expect(await users.get(other)).to.include({ email: 'ben@example.org' });
    for (const work of [
      users.create({ email: 'ANN@example.org' }),
      users.createMany([{ email: 'ANN@example.org' }]),
      users.update(other, { email: 'Ann@Example.org' }),
    ]) {
      expect(await codeOf(work)).to.equal('INPUT_INVALID');
    }
    expect(await users.update(id, { email: ann.email.toUpperCase() })).to.include({ email: ann.email });
    expect((await post(kernel, 'login', ann)).status).to.equal(200);
  });

  it('ends with another address what was opened by the earlier one', async () => {
    await using kernel = await start();
    const id = await createUser(kernel);
    const headers = bearer(await login(kernel));
    const { tokens } = kernel.service('auth');
    const token = await tokens.issue(id, 'reset-password');
    const users = kernel.service('managers').as(as('steward')).of(User);
    expect(await statusOfMe(kernel, headers)).to.equal(200);

    await users.update(id, { name: 'Ann', email: ann.email.toUpperCase() });
    expect(await statusOfMe(kernel, headers), 'the same address').to.equal(200);

    const changed = await users.update(id, { email: 'Other@example.org' });
    expect(changed).to.include({ email: 'other@example.org', emailVerifiedAt: null });
    expect(await statusOfMe(kernel, headers)).to.equal(401);
    const data = kernel.service('data');
    expect(await data.repository(OneTimeToken).count()).to.equal(0);
    expect(await data.repository(Session).query().whereNull('revokedAt').count()).to.equal(0);
    const reset = { token, password: 'a long sentence of my own' };
    expect((await post(kernel, 'password/reset', reset)).status).to.equal(400);
  });
});

describe('A user whom the manager', () => {
  for (const [what, close, reopen] of [
    ['deletes', 'delete', false],
    ['disables', 'disable', true],
  ] as const) {
    it(`${what} is refused at once, by token and by API key`, async () => {
      await using kernel = await start();
      const id = await createUser(kernel);
      const headers = bearer(await login(kernel));
      const made = await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, headers);
      const key = { 'x-api-key': made.json<{ key: string }>().key };
      expect([await statusOfMe(kernel, headers), await statusOfMe(kernel, key)]).to.deep.equal([200, 200]);
      const users = kernel.service('managers').asSystem().of(User);
      if (close === 'delete') await users.delete(id);
      else await users.update(id, { disabledAt: new Date().toISOString() } as never);
      expect([await statusOfMe(kernel, headers), await statusOfMe(kernel, key)]).to.deep.equal([401, 401]);
      if (!reopen) return;
      await users.update(id, { disabledAt: null } as never);
      expect(await statusOfMe(kernel, key)).to.equal(200);
      expect(await statusOfMe(kernel, headers), 'its session has ended').to.equal(401);
    });
  }
});
