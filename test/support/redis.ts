import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from '@redis/client';
import { until } from '../../kernel/testing/until.ts';

/** Where the Redis is that is tested with. */
export const redisUrl = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

/** Describes what needs a Redis. Where none is reachable it is shown as a pending test, so that the summary names it. */
export async function withRedis(title: string, body: (this: Mocha.Suite) => void): Promise<void> {
  const reachable = await isThere(redisUrl);
  describe(title, function onRedis() {
    if (reachable) body.call(this);
    else it(`cannot be tested: Redis is not reachable at ${new URL(redisUrl).host}`);
  });
}

/** What keys of one test begin with. */
export const ownPrefix = (): string => `backplane-test-${process.pid}-${randomBytes(4).toString('hex')}`;

/** A Redis connection for looking at what was written. */
export async function redisClient(url = redisUrl) {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 2_000 } });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function isThere(url: string): Promise<boolean> {
  try {
    const client = await redisClient(url);
    client.destroy();
    return true;
  } catch {
    return false;
  }
}

/** A Redis of the test's own, that can be killed and started again. */
export class OwnRedis implements AsyncDisposable {
  readonly port: number;
  readonly url: string;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** On a free port; not started. */
  static async make(): Promise<OwnRedis> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address === null || typeof address === 'string') throw new Error('There is no free port.');
    return new OwnRedis(address.port);
  }

  /** Empty. Resolves when it answers. @throws when `redis-server` is not installed */
  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', options, { stdio: 'ignore' });
    await once(child, 'spawn');
    this.#process = child;
    await until(() => isThere(this.url), { timeout: 20_000 });
  }

  /** Ends it without a farewell. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** It does not answer any more, and does not hang up either. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
