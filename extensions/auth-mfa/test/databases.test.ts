import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { type OpenDatabase, onEveryDatabase, urlOfDatabase } from '../../../test/data/support/databases.ts';
import { Mfa } from '../mfa.ts';
import {
  ann,
  bearerOf,
  beginLogin,
  createUser,
  enrolTotp,
  post,
  startMfa,
  tokensOf,
  totpCode,
  verify,
} from './app.ts';

const many = 8;

/** What another process would have, with the same settings and database. */
function anotherProcess(kernel: TestKernel): Mfa {
  const { settings } = kernel.service('mfa');
  const generation = kernel.extensions.active.get('auth-mfa');
  if (!generation) throw new Error('auth-mfa does not run.');
  const { container, log } = generation;
  const { services } = container;
  const vault = () => services.auth.vault('auth-mfa');
  return new Mfa({ settings, services, log, sends: (channel) => container.has(channel), vault });
}

onEveryDatabase('auth-mfa', (open: OpenDatabase, dialect) => {
  async function start({ required = 'admins' } = {}): Promise<TestKernel> {
    const url = dialect === 'sqlite' ? 'sqlite::memory:' : await urlOfDatabase(await open());
    return startMfa({
      env: { DATABASE_URL: url },
      auth: { throttleAttempts: 1000 },
      settings: { throttleAttempts: 1000, codeAttempts: 3, required },
    });
  }

  it('lets one in of many who come with the same code at the same moment', async function () {
    this.timeout(60_000);
    await using kernel = await start();
    const id = await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const tokens = [];
    for (let i = 0; i < many; i += 1) tokens.push(await beginLogin(kernel));
    const code = totpCode(secret);
    const answers = await Promise.all(tokens.map((mfaToken) => verify(kernel, mfaToken, code)));
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);

    const processes = [1, 2, 3].map(() => anotherProcess(kernel).factors);
    const next = totpCode(secret, 1);
    const used = await Promise.all(
      Array.from({ length: many }, (_, i) => processes[i % 3]?.useTotp(id, next)),
    );
    expect(used.filter(Boolean), 'across processes').to.have.length(1);
  });

  it('lets one in of many who come with the same recovery code, or the same mfaToken', async function () {
    this.timeout(60_000);
    await using kernel = await start();
    await createUser(kernel);
    const { recoveryCodes } = await enrolTotp(kernel);
    const [code = '', ...others] = recoveryCodes;
    const tokens = [];
    for (let i = 0; i < many; i += 1) tokens.push(await beginLogin(kernel));
    const same = await Promise.all(
      tokens.map((mfaToken) => verify(kernel, mfaToken, code, { factor: 'recovery' })),
    );
    expect(same.filter(({ status }) => status === 200)).to.have.length(1);

    const mfaToken = await beginLogin(kernel);
    const each = await Promise.all(
      others.slice(0, 5).map((one) => verify(kernel, mfaToken, one, { factor: 'recovery' })),
    );
    expect(each.filter(({ status }) => status === 200)).to.have.length(1);
  });

  it('takes the code of a message once, and no more attempts than it has', async function () {
    this.timeout(60_000);
    await using kernel = await start();
    const userId = await createUser(kernel);
    using sms = kernel.service('sms').fake();
    const asking = { ip: '127.0.0.1', userAgent: undefined };
    const owner = { userId, channel: 'sms', context: 'a test' } as const;
    const processes = [1, 2, 3].map(() => anotherProcess(kernel).sentCodes);
    const send = async () => {
      await kernel.service('mfa').sentCodes.send(owner, { to: '+442079460958', isConfirmed: true, asking });
      return sms.sent.at(-1)?.text.slice(0, 6) ?? '';
    };
    const attempt = (code: string) =>
      Promise.all(Array.from({ length: many }, (_, i) => processes[i % 3]?.use(owner, code)));

    const right = await send();
    expect((await attempt(right)).filter(Boolean).length).to.be.at.most(1);
    const other = await send();
    await attempt(other === '123456' ? '654321' : '123456');
    expect(await kernel.service('mfa').sentCodes.use(owner, other), 'its attempts are used up').to.equal(
      false,
    );
    expect(await kernel.service('mfa').sentCodes.use(owner, await send())).to.equal(true);
  });

  it('confirms once what is confirmed by many at the same moment', async function () {
    this.timeout(60_000);
    await using kernel = await start();
    const id = await createUser(kernel);
    const headers = await bearerOf(post(kernel, 'login', ann));
    const { secret } = (await post(kernel, 'mfa/totp', {}, headers)).json<{ secret: string }>();
    const body = { code: totpCode(secret) };
    const answers = await Promise.all(
      Array.from({ length: many }, () => post(kernel, 'mfa/totp/confirm', body, headers)),
    );
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).to.deep.equal([]);
    expect(await kernel.service('mfa').factors.types(id)).to.deep.equal(['totp']);
    expect(await kernel.service('mfa').recoveryCodes.left(id)).to.equal(10);
  });

  it('gives the first factor to one of two who know the password', async function () {
    this.timeout(60_000);
    await using kernel = await start({ required: 'all' });
    const id = await createUser(kernel);
    using sms = kernel.service('sms').fake();
    const [one, two] = [await beginLogin(kernel), await beginLogin(kernel)];
    const { secret } = (await post(kernel, 'mfa/totp', { mfaToken: one })).json<{ secret: string }>();
    await post(kernel, 'mfa/sms', { mfaToken: two, phone: '+442079460958' });
    const answers = await Promise.all([
      post(kernel, 'mfa/totp/confirm', { mfaToken: one, code: totpCode(secret) }),
      post(kernel, 'mfa/sms/confirm', { mfaToken: two, code: sms.sent.at(-1)?.text.slice(0, 6) }),
    ]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 401]);
    expect(await kernel.service('mfa').factors.types(id)).to.have.length(1);
    expect(await kernel.service('mfa').recoveryCodes.left(id)).to.equal(10);
  });

  it('keeps one factor where one must stay, though all are removed at the same moment', async function () {
    this.timeout(60_000);
    await using kernel = await start();
    const id = await createUser(kernel);
    const { headers } = await enrolTotp(kernel);
    await kernel.service('mfa').factors.put(id, 'sms', { phone: '+442079460958' });
    await kernel.service('data').repository('auth.user').query().update({ admin: true });
    const answers = await Promise.all(
      ['totp', 'sms'].map((type) => kernel.inject('DELETE', `/auth/mfa/factors/${type}`, { headers })),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([204, 409]);
    expect(await kernel.service('mfa').factors.types(id)).to.have.length(1);
  });

  it('has ten recovery codes, though others are made at the same moment', async function () {
    this.timeout(60_000);
    await using kernel = await start();
    const id = await createUser(kernel);
    await Promise.all([1, 2, 3].map(() => anotherProcess(kernel).recoveryCodes.make(id)));
    expect(await kernel.service('mfa').recoveryCodes.left(id)).to.equal(10);
  });

  it('remembers devices, lets everything go with its user, and forgets what expired', async function () {
    this.timeout(60_000);
    await using kernel = await start();
    const id = await createUser(kernel);
    const { secret } = await enrolTotp(kernel);
    const mfaToken = await beginLogin(kernel);
    const { deviceToken } = await tokensOf(verify(kernel, mfaToken, totpCode(secret), { remember: true }));
    await tokensOf(post(kernel, 'login', { ...ann, deviceToken }));
    await beginLogin(kernel);
    await kernel.service('mfa').sweep();
    const data = kernel.service('data');
    await data.repository('auth.user').delete(id);
    for (const name of [
      'auth-mfa.factor',
      'auth-mfa.recovery-code',
      'auth-mfa.device',
      'auth-mfa.pending-login',
    ])
      expect(await data.repository({ name }).count(), name).to.equal(0);
  });
});
