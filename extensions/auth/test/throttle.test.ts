import { expect } from 'chai';
import { Throttle } from '../entities/throttle.ts';
import { Limits } from '../throttle/limits.ts';
import { ann, codeOf, createUser, login, post, startAuth } from './app.ts';

type Kernel = Awaited<ReturnType<typeof startAuth>>;

const wrong = { email: ann.email, password: 'a wrong one here' };

async function attempts(
  kernel: Kernel,
  count: number,
  body: object = wrong,
  from = '203.0.113.1',
): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < count; i += 1)
    statuses.push((await post(kernel, 'login', body, { 'x-forwarded-for': from })).status);
  return statuses;
}

/** As if so much time had gone by. */
async function pass(kernel: Kernel, seconds: number): Promise<void> {
  const rows = kernel.service('data').repository(Throttle);
  const earlier = (moment: string) => new Date(Date.parse(moment) - seconds * 1000).toISOString();
  for (const { id, lastAt, blockedUntil } of await rows.all()) {
    await rows.update(id, { lastAt: earlier(lastAt), blockedUntil: blockedUntil && earlier(blockedUntil) });
  }
}

const env = { TRUST_PROXY: '1' };

describe('Logins that fail', () => {
  it('must wait longer each time, the right password too', async () => {
    await using kernel = await startAuth({ env, settings: { throttleAttempts: 3 } });
    await createUser(kernel);
    expect(await attempts(kernel, 5)).to.deep.equal([401, 401, 401, 429, 429]);
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      const blocked = await post(kernel, 'login', ann, { 'x-forwarded-for': '203.0.113.1' });
      expect(codeOf(blocked)).to.equal('TOO_MANY_ATTEMPTS');
      waits.push(Number(blocked.headers['retry-after']));
      await pass(kernel, waits.at(-1) ?? 0);
      expect(await attempts(kernel, 1)).to.deep.equal([401]);
    }
    expect(waits).to.deep.equal([1, 2, 4, 8]);
  });

  it('lock nobody out: from elsewhere the owner gets in, and from the same address after the longest wait', async () => {
    await using kernel = await startAuth({ env, settings: { throttleAttempts: 1, throttleMaximum: 4 } });
    await createUser(kernel);
    for (let i = 0; i < 10; i += 1) {
      await attempts(kernel, 2);
      await pass(kernel, 4);
    }
    await attempts(kernel, 2);
    expect(await attempts(kernel, 1, ann, '198.51.100.7'), 'the owner, elsewhere').to.deep.equal([200]);
    expect(await attempts(kernel, 1, ann)).to.deep.equal([429]);
    await pass(kernel, 4);
    expect(await attempts(kernel, 1, ann)).to.deep.equal([200]);
  });

  it('are forgotten after one that succeeds', async () => {
    await using kernel = await startAuth({ env, settings: { throttleAttempts: 3 } });
    await createUser(kernel);
    for (let i = 0; i < 3; i += 1) {
      expect(await attempts(kernel, 2)).to.deep.equal([401, 401]);
      expect(await attempts(kernel, 1, ann)).to.deep.equal([200]);
    }
  });

  it('count as many when they come at the same moment', async () => {
    await using kernel = await startAuth({ settings: { throttleAttempts: 3 } });
    await createUser(kernel);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(kernel, 'login', wrong)));
    expect(answers.filter(({ status }) => status === 401)).to.have.length(3);
  });

  it('of one address over many accounts must wait, too', async () => {
    await using kernel = await startAuth({ env, settings: { throttleAddressAttempts: 4 } });
    await createUser(kernel);
    const spray = async (i: number) => attempts(kernel, 1, { ...wrong, email: `user-${i}@example.org` });
    const statuses = (await Promise.all([1, 2, 3, 4, 5, 6].map(spray))).flat();
    expect(statuses.filter((status) => status === 429)).to.have.length(2);
    expect(await attempts(kernel, 1, ann, '198.51.100.7')).to.deep.equal([200]);
  });

  it('count for all of an IPv6 network together', () => {
    const limits = new Limits({ throttleAttempts: 1, throttleAddressAttempts: 1 });
    const key = (ip: string) => limits.from('login', ip).key.join(' ');
    expect(key('2001:db8:1:2::1')).to.equal(key('2001:0db8:0001:0002:ffff:ffff:ffff:ffff'));
    expect(key('2001:db8:1:2::1')).not.to.equal(key('2001:db8:1:3::1'));
    expect(key('2001:db8::1')).to.equal(key('2001:db8:0:0:5::'));
    expect(key('::1')).to.equal('login 0:0:0:0');
    expect(key('192.0.2.1')).not.to.equal(key('192.0.2.2'));
    expect(key('::ffff:192.0.2.1')).not.to.equal(key('::ffff:192.0.2.2'));
  });

  it('leave no address or account in the database', async () => {
    await using kernel = await startAuth();
    await post(kernel, 'login', wrong);
    const rows = JSON.stringify(await kernel.service('data').repository(Throttle).all());
    expect(rows).not.to.include('ann').and.not.to.include('127.0.0.1');
    await pass(kernel, 100_000);
    await kernel.service('auth').sweep();
    expect(await kernel.service('data').repository(Throttle).count()).to.equal(0);
  });
});

describe('Requests for messages', () => {
  it('fill nobody’s mailbox, and answer the same all the while', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    for (let i = 0; i < 8; i += 1)
      expect((await post(kernel, 'password/forgot', { email: ann.email })).status).to.equal(202);
    await kernel.service('auth').background.settled();
    const sent = kernel.logs.filter(({ msg }) => msg?.includes('set a new password'));
    expect(sent).to.have.length(3);
  });
});

describe('Hashes', () => {
  it('are made a few at a time; who would wait too long is told to come back', async () => {
    const settings = { argon2Memory: 19_456, hashesAtOnce: 1, hashesWaiting: 2, throttleAttempts: 1000 };
    await using kernel = await startAuth({ settings });
    await createUser(kernel);
    await login(kernel);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        post(kernel, 'login', { ...wrong, email: `user-${i}@example.org` }),
      ),
    );
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).to.be.greaterThan(0);
    expect(busy[0]?.headers).to.include({ 'retry-after': '1' });
    expect(answers.filter(({ status }) => status === 401).length).to.equal(12 - busy.length);
    await login(kernel);
  });
});
