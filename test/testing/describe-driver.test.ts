import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { classifyHttp, type Driver, Secret, Type } from '../../kernel/index.ts';
import { describeDriver } from '../../kernel/testing/index.ts';
import { acme, acmeApi, acmeKey, acmeOptions, ask, goodClient } from './support/acme.ts';
import { runNested, type SuiteReport } from './support/nested-mocha.ts';

const run = (
  driver: Driver,
  only?: RegExp,
  options: Partial<typeof acmeOptions> = {},
): Promise<SuiteReport> => runNested(() => describeDriver(driver, { ...acmeOptions, ...options }), only);

type Create = typeof goodClient;
type Given = Parameters<Create>;

/** A client that does one thing otherwise. */
const client =
  (broken: (good: ReturnType<Create>, ...given: Given) => object) =>
  (...given: Given): object => {
    const good = goodClient(...given);
    return { ...good, ...broken(good, ...given) };
  };

describe('describeDriver', () => {
  it('passes a driver that does all as it should, and leaves nothing out', async () => {
    const { failed, passed, pending } = await run(acme());
    expect(failed).to.deep.equal({});
    expect(pending).to.deep.equal(['takes no webhook that nobody has signed']);
    expect(passed.length).to.be.greaterThan(140);
  }).timeout(120_000);

  it('shows as pending what a driver does not have', async () => {
    const modest = acme({ health: undefined, reconcile: undefined, deduplicates: false });
    const { failed, pending } = await run(modest, /health|reconcile|key/, {
      api: { http: () => acmeApi({ heedsKeys: false }) },
    });
    expect(failed).to.deep.equal({});
    expect(pending).to.deep.equal(
      [
        'is healthy while the API works',
        'is not healthy when the API cannot be reached',
        'is not healthy when its credentials are refused',
        'gives up asking for health when nobody waits',
        'send (keyed): does once what is asked twice under one key, and answers alike',
        'send (keyed): does nothing for other input under a known key',
        'send (keyed): tells long keys apart',
        'send (keyed): tells similar keys apart',
        'send (keyed): knows by reconcile what was done',
        'send (keyed): says of nothing by reconcile that it was done',
        'send (keyed): gives up nothing by reconcile that is still on its way',
        'send (keyed): takes no outage for an answer of reconcile',
      ].filter((title) => /health|reconcile|key/.test(title)),
    );
  });

  /** Each breaks one rule; the test that is about it fails, and says what to do. */
  const broken: readonly {
    readonly rule: string;
    readonly driver: () => Driver;
    readonly fails: string;
    readonly says: RegExp;
    readonly options?: Partial<typeof acmeOptions>;
  }[] = [
    {
      rule: 'is for another capability',
      driver: () => acme({ capability: 'mail' }),
      fails: 'is of its capability',
      says: /"mail", and is tested as one for "test-sms"/,
    },
    {
      rule: 'has a default that does not fit',
      driver: () =>
        acme({ config: Type.Object({ url: Type.String(), sender: Type.String({ default: 1 }) }) }),
      fails: 'has a configuration that fits its schema, as do the defaults',
      says: /A default does not fit/,
    },
    {
      rule: 'declares a credential that it never looks at',
      driver: () => acme({ secrets: ['apiKey', 'other'] }),
      fails: 'declares the credentials that it uses, and no others',
      says: /never looks at/,
      options: {
        instance: ({ url }) => ({ config: { url }, secrets: { apiKey: acmeKey, other: 'other-0123456789' } }),
      },
    },
    {
      rule: 'uses a credential that it does not declare',
      driver: () =>
        acme({
          create: (config: Given[0], secrets: Given[1] & Record<string, unknown>) => {
            void secrets.account;
            return goodClient(config, secrets);
          },
        }),
      fails: 'declares the credentials that it uses, and no others',
      says: /does not declare/,
    },
    {
      rule: 'leaves out an operation',
      driver: () => acme({ create: client(() => ({ status: undefined })) }),
      fails: 'implements every operation',
      says: /no function for these operations.*status/s,
    },
    {
      rule: 'keeps the first client for all',
      driver: () => {
        let first: object | undefined;
        return acme({
          create: (...given: Given) => {
            first ??= goodClient(...given);
            return first;
          },
        });
      },
      fails: 'makes clients that know nothing of each other',
      says: /the same client/,
    },
    {
      rule: 'leaves a timer behind',
      driver: () =>
        acme({
          create: client(() => {
            const timer = setInterval(() => {}, 1_000);
            timers.push(timer);
            return {};
          }),
        }),
      fails: 'leaves nothing behind when it is released',
      says: /setInterval, 1000 ms/,
    },
    {
      rule: 'leaves a rejection unhandled',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: never, attempt: never) => {
              const sent = good.send(input, attempt);
              void sent.then(() => {});
              return sent;
            },
          })),
        }),
      fails: 'leaves nothing behind when it is released',
      says: /an unhandled rejection/,
    },
    {
      rule: 'answers with a credential',
      driver: () =>
        acme({
          create: client((good, _config, { apiKey }) => ({
            send: async (input: never, attempt: never) => ({
              ...(await good.send(input, attempt)),
              sentWith: apiKey.reveal(),
            }),
          })),
        }),
      fails: 'shows its credentials nowhere',
      says: /what "send" answers/,
    },
    {
      rule: 'prints a credential',
      driver: () =>
        acme({
          create: client((_good, _config, { apiKey }) => {
            process.stderr.write(`${' '.repeat(200)}using ${apiKey.reveal()}\r${' '.repeat(80)}\r`);
            return {};
          }),
        }),
      fails: 'shows its credentials nowhere',
      says: /what the driver prints/,
    },
    {
      rule: 'is never healthy',
      driver: () =>
        acme({
          health: () => {
            throw new Error('no');
          },
        }),
      fails: 'is healthy while the API works',
      says: /no/,
    },
    {
      rule: 'is always healthy',
      driver: () => acme({ health: () => {} }),
      fails: 'is not healthy when the API cannot be reached',
      says: /must throw/,
    },
    {
      rule: 'is healthy with refused credentials',
      driver: () =>
        acme({
          health: async ({ url }: { url: string }, { signal }: { signal: AbortSignal }) => {
            await fetch(url, { signal });
          },
        }),
      fails: 'is not healthy when its credentials are refused',
      says: /401/,
    },
    {
      rule: 'asks for health without its signal',
      driver: () =>
        acme({
          health: ({ url, headers }: { url: string; headers: Record<string, string> }) =>
            ask(`${url}/account`, { headers }),
        }),
      fails: 'gives up asking for health when nobody waits',
      says: /goes on/,
    },
    {
      rule: 'answers what does not fit',
      driver: () => acme({ create: client(() => ({ status: async () => ({ id: 1 }) })) }),
      fails: 'status (read): answers as the capability says, and does it once',
      says: /does not fit the schema of its output/,
    },
    {
      rule: 'does it twice',
      driver: () =>
        acme({
          create: client((good) => ({
            send: async (input: never, attempt: { key: string }) => {
              await good.send(input, { ...attempt, key: `${attempt.key}-first` } as never);
              return good.send(input, attempt as never);
            },
          })),
        }),
      fails: 'send (keyed): answers as the capability says, and does it once',
      says: /done 2 things/,
    },
    {
      rule: 'remembers the last answer for all',
      driver: () => {
        let sending: Promise<unknown> | undefined;
        return acme({
          create: client((good) => ({
            send: (input: never, attempt: never) => {
              sending ??= good.send(input, attempt).finally(() => {
                sending = undefined;
              });
              return sending;
            },
          })),
        });
      },
      fails: 'send (keyed): does many at once, each for itself',
      says: /50 effects/,
    },
    {
      rule: 'makes a fresh key for each attempt',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: never, attempt: { key: string }) =>
              good.send(input, { ...attempt, key: `${attempt.key}-${Math.random()}` } as never),
          })),
        }),
      fails: 'send (keyed): does once what is asked twice under one key, and answers alike',
      says: /done twice under one key/,
    },
    {
      rule: 'takes other input for other work',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: { text: string }, attempt: { key: string }) =>
              good.send(input as never, { ...attempt, key: `${attempt.key}-${input.text}` } as never),
          })),
        }),
      fails: 'send (keyed): does nothing for other input under a known key',
      says: /done again with other input/,
    },
    {
      rule: 'says by reconcile that nothing was done',
      driver: () => acme({ reconcile: () => ({ state: 'notDone' }) }),
      fails: 'send (keyed): knows by reconcile what was done',
      says: /it would be done again/,
    },
    {
      rule: 'says by reconcile that all was done',
      driver: () => acme({ reconcile: () => ({ state: 'done', value: { id: 'x' } }) }),
      fails: 'send (keyed): says of nothing by reconcile that it was done',
      says: /nothing was done under/,
    },
    {
      rule: 'gives up what is on its way',
      driver: () => acme({ reconcile: reconcileBy((response) => response.status === 404) }),
      fails: 'send (keyed): gives up nothing by reconcile that is still on its way',
      says: /"notDone" is final/,
    },
    {
      rule: 'takes an outage for an answer',
      driver: () => acme({ reconcile: reconcileBy((response) => response.status >= 500) }),
      fails: 'send (keyed): takes no outage for an answer of reconcile',
      says: /when the API answers 500/,
    },
    {
      rule: 'says that nothing was done after a reset',
      driver: () => acme({ classify: () => ({ class: 'transient', effect: 'none', scope: 'instance' }) }),
      fails: 'send (keyed): a reset after the work: is one attempt, and told for what it is',
      says: /The API had done it, and classify says .*"none"/,
    },
    {
      rule: 'sends again elsewhere what was done',
      driver: () => acme({ classify: () => ({ class: 'transient', effect: 'none', scope: 'instance' }) }),
      fails:
        'send (keyed): 500 after the work: leads to no second effect in a pool, and to no silence about the first',
      says: /It was done, but whoever called is told/,
    },
    {
      rule: 'says that a refused connection may have done it',
      driver: () => acme({ classify: () => ({ class: 'transient', effect: 'unknown', scope: 'instance' }) }),
      fails: 'send (keyed): a refused connection: is one attempt, and told for what it is',
      says: /Its effect is "none"/,
    },
    {
      rule: 'says that it was done where nothing was',
      driver: () => acme({ classify: () => ({ class: 'transient', effect: 'done', scope: 'instance' }) }),
      fails: 'send (keyed): 502 instead of the work: is one attempt, and told for what it is',
      says: /The API had done nothing/,
    },
    {
      rule: 'takes 401 for the affair of whoever calls',
      driver: () => acme({ classify: () => ({ class: 'invalid', effect: 'none', scope: 'provider' }) }),
      fails: 'send (keyed): 401: is one attempt, and told for what it is',
      says: /Its class is "config"/,
    },
    {
      rule: 'overlooks Retry-After',
      driver: () =>
        acme({
          classify: (error: unknown) => ({ ...classifyHttp(error), retryAfter: undefined }),
        }),
      fails: 'send (keyed): 429 with Retry-After: is one attempt, and told for what it is',
      says: /Read Retry-After/,
    },
    {
      rule: 'throws in classify',
      driver: () =>
        acme({
          classify: (error: { status: { toFixed(): string } }) => error.status.toFixed(),
        }),
      fails: 'send (keyed): a reset before the work: is one attempt, and told for what it is',
      says: /"classify" of "acme" threw TypeError/,
    },
    {
      rule: 'classifies in words of its own',
      driver: () => acme({ classify: () => ({ class: 'temporary' }) }),
      fails: 'send (keyed): 500 instead of the work: is one attempt, and told for what it is',
      says: /which is no \{ class, effect, scope \}/,
    },
    {
      rule: 'does not know what the API documents',
      driver: () => acme({ classify: undefined }),
      fails: 'send (keyed): tells a number out of reach for what it is',
      says: /declined/,
    },
    {
      rule: 'retries by itself',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: never, attempt: never) =>
              good.send(input, attempt).catch(() => good.send(input, attempt)),
          })),
        }),
      fails: 'send (keyed): 503 instead of the work: is one attempt, and told for what it is',
      says: /"POST \/messages" 2 times. The pool is the only loop/,
    },
    {
      rule: 'does not listen to its signal',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: never, attempt: object) =>
              good.send(input, { ...attempt, signal: new AbortController().signal } as never),
          })),
        }),
      fails: 'send (keyed): silence instead of the work: ends at once when nobody waits for it',
      says: /does not settle when its signal is aborted/,
    },
    {
      rule: 'lets go without closing the connection',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: never, attempt: { signal: AbortSignal }) => {
              const sent = good.send(input, { ...attempt, signal: new AbortController().signal } as never);
              const aborted = Promise.withResolvers<never>();
              attempt.signal.addEventListener('abort', () => aborted.reject(new Error('aborted')));
              sent.catch(() => {});
              return Promise.race([sent, aborted.promise]);
            },
          })),
        }),
      fails: 'send (keyed): a body that does not end: ends at once when nobody waits for it',
      says: /leaves its connection open/,
    },
    {
      rule: 'sends the beginning of a key',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: never, attempt: { key: string }) =>
              good.send(input, { ...attempt, key: attempt.key.slice(0, 255) } as never),
          })),
        }),
      fails: 'send (keyed): tells long keys apart',
      says: /send a hash of the key|The key is known|409/,
    },
    {
      rule: 'folds keys',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: never, attempt: { key: string }) =>
              good.send(input, { ...attempt, key: attempt.key.toLowerCase() } as never),
          })),
        }),
      fails: 'send (keyed): tells similar keys apart',
      says: /"-A" and "-a" did not lead to two effects/,
    },
    {
      rule: 'asks for a key that it has not encoded',
      driver: () =>
        acme({
          async reconcile({ url, headers }: ReturnType<Create>, { key }: { key: string }) {
            const { ok } = await fetch(`${url}/keys/${key}`, { headers });
            return ok ? { state: 'unknown' } : { state: 'notDone' };
          },
        }),
      fails: 'send (keyed): knows by reconcile what was done',
      says: /it would be done again/,
    },
    {
      rule: 'changes its input',
      driver: () =>
        acme({
          create: client((good) => ({
            send: (input: { to: string }, attempt: never) => {
              input.to = input.to.replace('+', '00');
              return good.send(input as never, attempt);
            },
          })),
        }),
      fails: 'send (keyed): leaves its input as it is',
      says: /changes its input, which another attempt needs/,
    },
    {
      rule: 'takes any JSON for an answer',
      driver: () =>
        acme({
          create: client(({ url, headers }) => ({
            async send(input: never, { key, signal }: { key: string; signal: AbortSignal }) {
              const options = { method: 'POST', headers: { ...headers, 'idempotency-key': key }, signal };
              const sent = await ask(`${url}/messages`, { ...options, body: JSON.stringify(input) });
              return { id: String((sent as { id?: unknown }).id) };
            },
          })),
        }),
      fails:
        'send (keyed): JSON that says nothing of the work instead of it (malformed 200): is one attempt, and told for what it is',
      says: /answers \{"id":"undefined"\}, although it met JSON/,
    },
    {
      rule: 'keeps the credentials of the first client for all',
      driver: () => {
        let first: string | undefined;
        return acme({
          create: (config: Given[0], { apiKey }: Given[1]) => {
            first ??= apiKey.reveal();
            return goodClient(config, { apiKey: new Secret(first) });
          },
        });
      },
      fails: 'send (keyed): tells credentials that the API does not know for what they are',
      says: /it has used those of another client/,
    },
    {
      rule: 'asks for no health',
      driver: () => acme({ health: async () => {} }),
      fails: 'gives up asking for health when nobody waits',
      says: /asks the API for nothing/,
    },
    {
      rule: 'does not know how the API refuses credentials',
      driver: () =>
        acme({
          classify: (error: unknown) =>
            String(error).includes('401')
              ? { class: 'transient', effect: 'none', scope: 'instance' }
              : undefined,
        }),
      fails: 'status (read): tells credentials that the API does not know for what they are',
      says: /does not know its credentials/,
    },
    {
      rule: 'looks at none of its optional credentials',
      driver: () => Object.create(acme(), { optionalSecrets: { value: ['account'] } }),
      fails: 'declares the credentials that it uses, and no others',
      says: /never looks at/,
    },
    {
      rule: 'takes webhooks that nobody has signed',
      driver: () => Object.create(acme(), { webhook: { value: () => ({ state: 'verified', events: [] }) } }),
      fails: 'takes no webhook that nobody has signed',
      says: /not signed/,
    },
    {
      rule: 'takes any 200 for a success',
      driver: () =>
        acme({
          create: client(({ url, headers }) => ({
            send: async (input: object, { key, signal }: { key: string; signal: AbortSignal }) => {
              const request = { method: 'POST', headers: { ...headers, 'idempotency-key': key }, signal };
              const response = await fetch(`${url}/messages`, { ...request, body: JSON.stringify(input) });
              const { id } = (await response.json().catch(() => ({ id: 'sent' }))) as { id: string };
              return { id };
            },
          })),
        }),
      fails:
        'send (keyed): the page of a proxy instead of the work (malformed 200): is one attempt, and told for what it is',
      says: /although it met the page of a proxy/,
    },
  ];

  const timers: NodeJS.Timeout[] = [];
  after(() => {
    for (const timer of timers) clearInterval(timer);
  });

  for (const { rule, driver, fails, says, options } of broken) {
    it(`fails a driver that ${rule}`, async () => {
      const only = new RegExp(`${fails.replaceAll(': ', ' ').replaceAll(/[()+]/g, '\\$&')}$`);
      const { failed, passed, pending } = await run(driver(), only, options);
      expect({ failed: Object.keys(failed), passed, pending }).to.deep.equal({
        failed: [fails],
        passed: [],
        pending: [],
      });
      expect(failed[fails]).to.match(says);
    });
  }

  it('takes a model that listens by itself, and a credential that a driver may go without', async () => {
    const driver = Object.create(acme(), { optionalSecrets: { value: ['account'] } });
    const closed: string[] = [];
    const listening = async () => {
      const { listener, effects } = acmeApi();
      const server = createServer(listener).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const close = (): void => {
        closed.push('closed');
        server.close();
      };
      return { port, effects, close };
    };
    const { failed, passed } = await run(driver, /answers as|500 after/, { api: { http: listening } });
    expect(failed).to.deep.equal({});
    expect(passed).to.have.length(6);
    expect(closed.length).to.be.greaterThan(6);
  });

  it('says what its author has left out', () => {
    const inputs = { send: acmeOptions.inputs.send } as typeof acmeOptions.inputs;
    const define = (): void => describeDriver(acme(), { ...acmeOptions, inputs });
    expect(define).to.throw('"inputs" needs status too');
  });
});

/** A driver that asks which keys there are, and says "notDone" by the status. */
function reconcileBy(isNotDone: (response: Response) => boolean): unknown {
  return async (
    { url, headers }: { url: string; headers: Record<string, string> },
    { key, signal }: { key: string; signal: AbortSignal },
  ) => {
    const response = await fetch(`${url}/keys/${encodeURIComponent(key)}`, { headers, signal });
    if (response.ok) return { state: 'done', value: await response.json() };
    return { state: isNotDone(response) ? 'notDone' : 'unknown' };
  };
}
