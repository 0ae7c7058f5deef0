import { type TestKernel, until } from 'backplane/testing';
import { expect } from 'chai';
import { ApiKey } from '../entities/api-key.ts';
import { Session } from '../entities/session.ts';
import { Throttle } from '../entities/throttle.ts';
import { User } from '../entities/user.ts';
import { hashPassword } from '../passwords/argon2.ts';
import { ann, bearer, codeOf, createUser, login, post, startAuth } from './app.ts';

/** So much that something else is done long before a hash is. */
const slow = { argon2Memory: 48 * 1024, argon2Passes: 2 };

const cost = { memory: 64, passes: 1, parallelism: 1 };

/** A reset that comes while something else is being hashed. @returns the hash that must stay */
async function resetMeanwhile(kernel: TestKernel, userId: string): Promise<string> {
  const data = kernel.service('data');
  await until(async () => (await data.repository(Throttle).count()) > 0);
  const passwordHash = await hashPassword('set by the owner', cost);
  await data.repository(User).update(userId, { passwordHash });
  await kernel.service('auth').sessions.revokeAll(userId, 'password-reset');
  return passwordHash;
}

describe('A reset that comes in between', () => {
  it('is not undone by a change that began with the password before', async () => {
    await using kernel = await startAuth({ settings: slow });
    const id = await createUser(kernel);
    const headers = bearer(await login(kernel));
    await kernel.service('data').repository(Throttle).query().delete();
    const changing = post(
      kernel,
      'password',
      { current: ann.password, password: 'set by the thief' },
      headers,
    );
    const kept = await resetMeanwhile(kernel, id);
    expect(codeOf(await changing)).to.equal('PASSWORD_WRONG');
    expect((await kernel.service('data').repository(User).findOrFail(id)).passwordHash).to.equal(kept);
  });

  it('leaves no session to a login that began with the password before', async () => {
    await using kernel = await startAuth({ settings: slow });
    const id = await createUser(kernel);
    const loggingIn = post(kernel, 'login', ann);
    await resetMeanwhile(kernel, id);
    expect((await loggingIn).status).to.equal(401);
    expect(await kernel.service('data').repository(Session).query().whereNull('revokedAt').count()).to.equal(
      0,
    );
  });

  it('is not undone by the new hash of a login at another cost', async () => {
    await using kernel = await startAuth({ settings: slow });
    const id = await createUser(kernel);
    const users = kernel.service('data').repository(User);
    // The old cost is small, so that the reset comes while the new hash is made.
    await users.update(id, { passwordHash: await hashPassword(ann.password, cost) });
    const { passwords } = kernel.service('auth');
    await passwords.verify('', null);
    const loggingIn = post(kernel, 'login', ann);
    // The password was right: only what it is to be kept as takes its time.
    await until(() => kernel.service('data').repository(Throttle).query().where('attempts', 0).exists());
    const kept = await resetMeanwhile(kernel, id);
    expect((await loggingIn).status).to.equal(401);
    expect((await users.findOrFail(id)).passwordHash).to.equal(kept);
  });

  it('leaves no API key to a session that ended meanwhile', async () => {
    await using kernel = await startAuth();
    const id = await createUser(kernel);
    const headers = bearer(await login(kernel));
    const auth = kernel.service('auth');
    // As if the reset came between the check of the token and the making of the key.
    using _ends = kernel.events.on('auth.api-key-created', () =>
      auth.sessions.revokeAll(id, 'password-reset'),
    );
    const made = await post(kernel, 'api-keys', { name: 'x', scopes: ['*'] }, headers);
    expect(made.status).to.equal(401);
    expect(await kernel.service('data').repository(ApiKey).count()).to.equal(0);
  });
});
