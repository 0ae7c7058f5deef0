import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { extensionFolder, testKernel, until } from '../../kernel/testing/index.ts';
import { OwnRedis, ownPrefix, redisClient, redisUrl, withRedis } from '../support/redis.ts';
import { CountingApi, mostWithin } from './support/counting-api.ts';
import { credential, type Ended, SharedPool, type SharedPoolOptions } from './support/shared-pool.ts';
import type { Order } from './support/shared-process.ts';

const slow = { timeout: 20_000 };
/** Where the count must be right, however busy this machine is. */
const patience = 15_000;

/** A pool in a process of its own. */
class OtherProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(options: SharedPoolOptions) {
    const file = new URL('support/shared-process.ts', import.meta.url);
    this.#child = fork(file, [JSON.stringify(options)], { execArgv: ['--no-warnings'] });
  }

  async #ask(order: Order): Promise<unknown> {
    const answer = once(this.#child, 'message');
    this.#child.send(order);
    return (await answer)[0];
  }

  async send(count: number, deadline = 20_000): Promise<readonly Ended[]> {
    return (await this.#ask({ send: count, deadline })) as readonly Ended[];
  }

  async states(): Promise<Readonly<Record<string, string>>> {
    return (await this.#ask('states')) as Readonly<Record<string, string>>;
  }

  /** Ends its pool. @returns its exit code once nothing holds it any more */
  async end(): Promise<unknown> {
    const exit = once(this.#child, 'exit');
    await this.#ask('end');
    return (await exit)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

const answeredBy = (ended: readonly Ended[]) => ended.map((one) => ('by' in one ? one.by : one.code));

await withRedis('processes that share a Redis', function processes() {
  // Some are processes of their own, which take their time to start.
  this.timeout(60_000);
  const prefixes: string[] = [];
  const fresh = (): string => {
    const prefix = ownPrefix();
    prefixes.push(prefix);
    return prefix;
  };
  after(async () => {
    const client = await redisClient();
    for (const prefix of prefixes) {
      const keys = await client.keys(`${prefix}*`);
      if (keys.length > 0) await client.del(keys);
    }
    client.destroy();
  });

  it('leave a quota group alone that another was told to leave alone, also when they start later', async () => {
    await using api = await CountingApi.start();
    const options = { url: redisUrl, prefix: fresh(), api: api.url, instances: { a: {}, b: {} } };
    await using first = new OtherProcess(options);
    await using second = new OtherProcess(options);
    api.throttled.set('a', 30);
    expect(answeredBy(await first.send(1))).to.deep.equal(['b']);
    await until(async () => (await second.states()).a === 'resting', slow);
    expect(answeredBy(await second.send(3))).to.deep.equal(['b', 'b', 'b']);
    await using third = new OtherProcess(options);
    await until(async () => (await third.states()).a === 'resting', slow);
    expect(answeredBy(await third.send(3))).to.deep.equal(['b', 'b', 'b']);
    expect(api.of('a')).to.have.length(1);
    expect([await first.end(), await second.end(), await third.end()]).to.deep.equal([0, 0, 0]);
  });

  it('never send more than a quota together: what is left is refused, with when to come again', async () => {
    await using api = await CountingApi.start();
    const instances = { a: { quota: { calls: 20, per: 3_600_000 } } };
    const options = { url: redisUrl, prefix: fresh(), api: api.url, instances, patience };
    await using first = new OtherProcess(options);
    await using second = new OtherProcess(options);
    const ended = (await Promise.all([first.send(30), second.send(30)])).flat();
    const refused = ended.filter((one) => 'code' in one);
    expect([api.of('a').length, ended.length - refused.length]).to.deep.equal([20, 20]);
    for (const { code, retryAfter } of refused) {
      expect(code).to.equal('PROVIDER_UNAVAILABLE');
      expect(retryAfter).to.be.within(3_590_000, 3_750_000);
    }
  });

  it('wait their turn where the deadline allows it, and use what is left to them', async () => {
    await using api = await CountingApi.start();
    const instances = { a: { quota: { calls: 10, per: 2_000 } } };
    const options = { url: redisUrl, prefix: fresh(), api: api.url, instances, patience };
    await using first = new OtherProcess(options);
    await using second = new OtherProcess(options);
    const ended = (await Promise.all([first.send(15, 60_000), second.send(15, 60_000)])).flat();
    expect(new Set(answeredBy(ended))).to.deep.equal(new Set(['a']));
    // Within half of its length: requests take their time to arrive on a busy machine.
    expect(mostWithin(1_000, api.of('a'))).to.equal(10);
  });

  it('leave no key without an end, and no credential in any', async () => {
    await using api = await CountingApi.start();
    const prefix = fresh();
    const instances = {
      a: {},
      b: {
        quotaGroup: 'account',
        quota: [
          { calls: 9, per: 60_000 },
          { calls: 5, per: 1_000 },
        ],
      },
    };
    await using pool = new SharedPool({ url: redisUrl, prefix, patience, api: api.url, instances });
    api.throttled.set('a', 30);
    await pool.sendMany(3, 20_000);
    const client = await redisClient();
    try {
      let keys: string[] = [];
      await until(async () => {
        keys = (await client.keys(`${prefix}*`)).sort();
        return keys.length === 2;
      }, slow);
      expect(keys).to.deep.equal([`${prefix}:provider:quota:mail/fake:account`, `${prefix}:provider:rests`]);
      for (const key of keys) {
        expect(await client.pTTL(key)).to.be.within(1, 70_000);
        expect(JSON.stringify(await client.hGetAll(key))).to.not.contain(credential);
      }
    } finally {
      client.destroy();
    }
  });

  it('hear nothing of those with another prefix or another database', async () => {
    await using api = await CountingApi.start();
    const instances = { a: { quota: { calls: 9, per: 5_000 } }, b: {} };
    const options = { url: redisUrl, prefix: fresh(), api: api.url, instances, patience };
    const elsewhere = { ...options, prefix: fresh() };
    const databaseOne = new URL('/1', redisUrl).href;
    await using one = new SharedPool(options);
    await using same = new SharedPool(options);
    await using otherPrefix = new SharedPool(elsewhere);
    await using otherDatabase = new SharedPool({ ...options, url: databaseOne });
    const all = [one, same, otherPrefix, otherDatabase];
    await Promise.all(all.map((pool) => pool.send(20_000)));
    // They are connected: what they have counted is there, each in its place.
    for (const [url, prefix, count] of [
      [redisUrl, options.prefix, 2],
      [redisUrl, elsewhere.prefix, 1],
      [databaseOne, options.prefix, 1],
    ] as const) {
      const client = await redisClient(url);
      const counts = Object.values(await client.hGetAll(`${prefix}:provider:quota:mail/fake:/a`));
      expect(counts.reduce((sum, value) => sum + Number(value), 0)).to.equal(count);
      client.destroy();
    }
    api.throttled.set('a', 30);
    await one.send(20_000);
    await until(() => same.states().a === 'resting', slow);
    api.throttled.clear();
    const by = answeredBy(await Promise.all(all.map((pool) => pool.send(20_000))));
    expect(by).to.deep.equal(['b', 'b', 'a', 'a']);
  });

  it('are kernels with the same REDIS_URL and REDIS_PREFIX; one that stops hangs up', async () => {
    await using api = await CountingApi.start();
    using shop = extensionFolder({
      'manifest.json': { name: 'shop', version: '1.0.0' },
      'capabilities/mail.ts': `
        import { defineCapability, Type } from 'backplane';
        export default defineCapability('mail', {
          operations: { send: { safety: 'read', input: Type.Unknown(), output: Type.Unknown() } },
        });`,
      'drivers/fake.ts': `
        import { defineDriver, ResponseError, Type } from 'backplane';
        export default defineDriver('fake', {
          capability: 'mail',
          config: Type.Object({ url: Type.String() }),
          create: ({ url }) => ({
            async send(_input, { signal }) {
              const response = await fetch(url, { method: 'POST', signal });
              if (!response.ok) throw new ResponseError(response.status, response.headers);
              return response.json();
            },
          }),
        });`,
      'routes/mail.ts': `
        import { route } from 'backplane';
        export default route.post('/', {}, async ({ services }) => {
          const { attempts } = await services.providers.for('mail').send({});
          return { by: attempts.at(-1)?.instance };
        });`,
    });
    const prefix = fresh();
    const options = {
      extensions: [shop],
      env: { REDIS_URL: redisUrl, REDIS_PREFIX: prefix },
      settings: {
        providers: {
          mail: ['a', 'b'].map((name, priority) => ({
            name,
            driver: 'fake',
            priority,
            config: { url: `${api.url}/${name}` },
          })),
        },
      },
    };
    const client = await redisClient();
    const listeners = async () =>
      Object.values(await client.pubSubNumSub(`${prefix}:provider:rests:0`)).map(Number);
    {
      await using one = await testKernel(options);
      await using other = await testKernel(options);
      api.throttled.set('a', 30);
      const ask = async (kernel: typeof one): Promise<unknown> =>
        (await kernel.inject('POST', '/shop')).json();
      expect(await ask(one)).to.deep.equal({ by: 'b' });
      await until(() => other.service('providers').list()[0]?.state === 'resting', slow);
      expect(await ask(other)).to.deep.equal({ by: 'b' });
      expect(api.of('a')).to.have.length(1);
      expect(await listeners()).to.deep.equal([2]);
    }
    await until(async () => (await listeners())[0] === 0, slow);
    client.destroy();
  });
});

await withRedis('a Redis that goes away', function goesAway() {
  this.timeout(60_000);
  let redis: OwnRedis;
  beforeEach(async function start() {
    redis = await OwnRedis.make();
    try {
      await redis.start();
    } catch {
      // It is reachable, but not installed here.
      this.skip();
    }
  });
  afterEach(() => redis[Symbol.asyncDispose]());

  const quota = { calls: 1_000, per: 60_000 };
  const optionsFor = (api: CountingApi): SharedPoolOptions => ({
    url: redis.url,
    prefix: ownPrefix(),
    api: api.url,
    instances: { a: { quota }, b: { quota } },
  });

  it('fails no call; it is told once, and what was learned meanwhile is told when it is back', async () => {
    await using api = await CountingApi.start();
    const options = optionsFor(api);
    await using pool = new SharedPool(options);
    await using other = new SharedPool(options);
    await pool.sendMany(5, 20_000);
    await redis.kill();
    await until(() => pool.logs.length > 0, slow);
    api.throttled.set('a', 60);
    expect(new Set(answeredBy(await pool.sendMany(20, 20_000)))).to.deep.equal(new Set(['b']));
    expect(other.states().a).to.equal('ready');
    expect(pool.logs).to.have.length(1);
    expect(pool.logs[0]).to.match(/^Redis is not there \(.+\): cool-downs and quotas/);
    await redis.start();
    await until(() => other.states().a === 'resting', slow);
    await until(() => pool.logs.length === 2, slow);
    expect(pool.logs[1]).to.match(/^Redis is back/);
  });

  it('has everybody count for himself, and together again when it is back', async () => {
    await using api = await CountingApi.start();
    const instances = { a: { quota: { calls: 4, per: 3_600_000 } } };
    const options = { ...optionsFor(api), instances, patience };
    await using pool = new SharedPool(options);
    await using other = new SharedPool(options);
    await pool.sendMany(2, 20_000);
    await redis.kill();
    await until(() => pool.logs.length > 0 && other.logs.length > 0, slow);
    // Two of its own before, and two more now: what it has counted itself is not forgotten.
    expect(answeredBy(await pool.sendMany(3, 20_000)).toSorted()).to.deep.equal([
      'PROVIDER_UNAVAILABLE',
      'a',
      'a',
    ]);
    await redis.start();
    await until(() => other.logs.length === 2, slow);
    await other.sendMany(3, 20_000);
    await using late = new SharedPool(options);
    expect(answeredBy(await late.sendMany(2, 20_000)).toSorted()).to.deep.equal([
      'PROVIDER_UNAVAILABLE',
      'a',
    ]);
  });

  it('holds up one wave of calls for a moment at most when it does not answer any more', async () => {
    await using api = await CountingApi.start();
    await using pool = new SharedPool(optionsFor(api));
    await pool.send(20_000);
    redis.freeze();
    const started = performance.now();
    for (let call = 0; call < 50; call += 1) expect(await pool.send(20_000)).to.deep.equal({ by: 'a' });
    // Fifty times the 200 ms that are waited for it would be 10 s.
    expect(performance.now() - started).to.be.below(5_000);
    redis.thaw();
  });

  it('need not be there at the start', async () => {
    await redis.kill();
    await using api = await CountingApi.start();
    await using pool = new SharedPool(optionsFor(api));
    expect(await pool.send(20_000)).to.deep.equal({ by: 'a' });
    expect(pool.logs).to.have.length(1);
    await redis.start();
    await until(() => pool.logs.length === 2, slow);
  });

  it('holds no process that has ended its pool', async () => {
    await using api = await CountingApi.start();
    await using child = new OtherProcess(optionsFor(api));
    await child.send(1);
    await redis.kill();
    expect(await child.end()).to.equal(0);
  });
});
