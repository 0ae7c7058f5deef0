import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  classifyHttp,
  defineDriver,
  type Failure,
  type InstanceDefinition,
  instancesFromSettings,
  Keyring,
  MemoryJournal,
  ResponseError,
  readInstance,
  type Safety,
  Type,
} from '../../kernel/index.ts';
import { Cooling } from '../../kernel/provider/cooling.ts';
import { VirtualClock } from '../../kernel/testing/virtual-clock.ts';
import { rejectionOf, scripted, silence } from './support/scripted.ts';
import { instancesNamed, sending, setUp } from './support/world.ts';

/** An error one of whose parts throws as it is read. */
function errorThrowingAt(key: string): Error {
  return Object.defineProperty(new Error('lost'), key, {
    get() {
      throw new Error('nobody may read this');
    },
  });
}

const unreadable = new Proxy(
  {},
  {
    has() {
      throw new Error('nobody may look');
    },
  },
);

describe('drivers that misbehave', () => {
  for (const key of ['message', 'name', 'stack', 'code', 'cause']) {
    for (const how of ['throws', 'rejects with'] as const) {
      it(`${how} an error whose "${key}" cannot be read: it may have been done`, async () => {
        const error = errorThrowingAt(key);
        const answer = how === 'throws' ? error : () => Promise.reject(error);
        const { send, asked } = scripted({
          capability: sending('atMostOnce'),
          script: { a: [answer], b: ['done'] },
        });
        expect((await rejectionOf(send())).code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
        expect(asked.map(({ instance }) => instance)).to.deep.equal(['a']);
      });
    }
  }

  it('answers what throws as it is looked at: it may have been done, and its place is free again', async () => {
    const { send, asked, providers } = scripted({
      capability: sending('atMostOnce'),
      script: { a: [() => unreadable], b: ['done'] },
    });
    expect((await rejectionOf(send())).code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    expect(asked).to.have.length(1);
    expect(providers.list().map(({ pending }) => pending)).to.deep.equal([0, 0]);
  });

  it('says its code as a number, and more than a failure: only the failure is kept', async () => {
    const journal = new MemoryJournal();
    const said = {
      class: 'transient',
      effect: 'unknown',
      scope: 'instance',
      code: 42,
      request: { key: 'hunter2' },
    };
    const { send } = scripted({
      capability: sending('atMostOnce'),
      script: { a: [new Error('lost')] },
      classify: () => said as unknown as Failure,
      journal,
    });
    await rejectionOf(send());
    expect(journal.unsettled()[0]?.failure).to.deep.equal({
      class: 'transient',
      effect: 'unknown',
      scope: 'instance',
      code: '42',
    });
  });

  for (const wait of [Number.NaN, -1, Number.POSITIVE_INFINITY, 1e300]) {
    it(`says a wait of ${wait}: it is listed, and rests no longer than a year`, async () => {
      const { send, providers } = scripted({
        script: { a: [new Error('slow down')] },
        classify: () => ({ class: 'throttled', effect: 'none', scope: 'quotaGroup', retryAfter: wait }),
      });
      await rejectionOf(send());
      const [listed] = providers.list();
      expect(listed?.state).to.equal('resting');
      expect(listed?.until?.toISOString()).to.be.a('string');
    });
  }

  it('tells an absurd rest to other processes: they survive it', () => {
    const cooling = new Cooling(() => 0);
    cooling.hear({ name: 'group', remaining: 1e30, level: 0 }, 0);
    expect(cooling.until('group')).to.equal(365 * 24 * 3_600_000);
  });

  it('an observer that is async and rejects is nobody’s affair', async () => {
    const { send, providers } = scripted({ script: { a: ['done'] } });
    const rejections: unknown[] = [];
    const listen = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', listen);
    try {
      const observer: unknown = async () => Promise.reject(new Error('not traced'));
      providers.observe(observer as () => undefined);
      await send();
      await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', listen);
    }
    expect(rejections).to.deep.equal([]);
  });
});

describe('Retry-After', () => {
  const of = (text: string): Failure =>
    classifyHttp(new ResponseError(503, new Headers({ 'retry-after': text })), Date.UTC(2026, 0, 1));

  for (const text of ['-5', '+5', 'abc 1', '5;', '10 seconds', '2026-11-22', '120, 60']) {
    it(`of "${text}" has no meaning, so that a 503 is no rejection`, () => {
      expect(of(text)).to.deep.equal({
        class: 'transient',
        effect: 'unknown',
        scope: 'instance',
        code: '503',
      });
    });
  }

  it('is seconds or a date of HTTP', () => {
    expect(of('5').retryAfter).to.equal(5_000);
    expect(of('Thu, 01 Jan 2026 00:00:07 GMT').retryAfter).to.equal(7_000);
    expect(of('Thursday, 01-Jan-26 00:00:07 GMT').retryAfter).to.equal(7_000);
    expect(of('Wed, 21 Oct 2015 07:28:00 GMT').retryAfter).to.equal(0);
  });
});

describe('settings that hold what is no data', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  for (const [what, config] of Object.entries({
    'a function': { f: () => 1 },
    'a bigint': { f: 1n },
    'a circle': circle,
  })) {
    it(`${what}: that instance alone cannot be used`, async () => {
      const bad: InstanceDefinition = { capability: 'mail', driver: 'fake', name: 'bad', config };
      const driver = defineDriver('fake', {
        capability: 'mail',
        config: Type.Unknown(),
        create: () => ({ send: () => 'done' }),
      });
      const { providers } = setUp({
        capability: sending('read'),
        driver,
        instances: [...instancesNamed(['good']), bad],
        clock: new VirtualClock(),
      });
      expect((await providers.for('mail').send?.({}))?.instance).to.equal('good');
      const listed = providers.list().find(({ instance }) => instance === 'bad');
      expect(listed?.state).to.equal('invalid');
      expect(listed?.reason).to.contain('/config');
      expect(providers.settingsOf({ capability: 'mail', instance: 'bad' })?.config).to.be.an('object');
    });
  }
});

describe('passwords in addresses', () => {
  it('are not told in errors of drivers', async () => {
    const error = new Error('connect to smtp://me:hunter2@mail.test failed');
    const { send } = scripted({ script: { a: [error] } });
    const rejected = await rejectionOf(send());
    expect(inspect(rejected, { depth: 9 }))
      .to.contain('smtp://me:***@mail.test')
      .and.to.not.contain('hunter2');
  });

  it('are not shown, also with an @ in them or as a parameter', () => {
    const config = {
      name: 'a',
      url: 'smtp://me:p@ss:w0rd@mail.test/x@y',
      hook: 'https://api.test/send?apiKey=hunter2&to=me',
    };
    const { providers } = scripted({ script: { a: ['done'] }, instances: () => ({ config }) });
    expect(providers.settingsOf({ capability: 'mail', instance: 'a' })?.config).to.deep.equal({
      name: 'a',
      url: 'smtp://me:***@mail.test/x@y',
      hook: 'https://api.test/send?apiKey=***&to=me',
    });
  });
});

describe('settings that name what is no variable', () => {
  it('have a fault, and harm nobody else', () => {
    const odd = ['__proto__', 'constructor'].map((env, index) => ({
      name: `odd-${index}`,
      driver: 'fake',
      secrets: { key: { env } },
    }));
    const read = instancesFromSettings(
      {
        environment: { PROVIDERS_MAIL: JSON.stringify([...odd, { name: 'good', driver: 'fake' }]) },
        dotenv: {},
        config: new Map(),
      } as unknown as Parameters<typeof instancesFromSettings>[0],
      new Keyring([]),
    );
    expect(read.instances.map(({ name }) => name)).to.deep.equal(['good']);
    expect(read.faulty.map(({ definition: { name } }) => name)).to.deep.equal(['odd-0', 'odd-1']);
  });

  it('have a fault for a credential of a name that objects have', () => {
    const written: unknown = JSON.parse('{"name":"a","driver":"fake","secrets":{"__proto__":"hunter2"}}');
    const { secrets = {} } = readInstance(written, {
      capability: 'mail',
      place: 'here',
      keyring: new Keyring([]),
      variable: () => undefined,
    });
    expect(Object.keys(secrets)).to.deep.equal(['__proto__']);
  });
});

describe('the identity and the time of a call', () => {
  const bad: readonly Record<string, unknown>[] = [
    { operationId: '\uD800' },
    { operationId: 'a\0b' },
    { operationId: 'x'.repeat(1_001) },
    { operationId: 5 },
    { tenant: 'a\0b' },
    { deadline: Number.NaN },
    { deadline: '5' },
  ];
  for (const options of bad) {
    it(`${JSON.stringify(options).slice(0, 40)} is refused before anything is sent`, async () => {
      const { begin, asked } = scripted({ capability: sending('keyed'), script: { a: ['done'] } });
      const error = await rejectionOf(begin(options as Parameters<typeof begin>[0]));
      expect(error.code).to.equal('PROVIDER_OPTIONS_INVALID');
      expect(asked).to.deep.equal([]);
    });
  }
});

describe('a journal that hangs', () => {
  for (const hangs of ['open', 'planned', 'sent', 'ok', 'unknown', 'close']) {
    it(`at "${hangs}" holds nobody beyond the deadline`, async () => {
      const rows = new MemoryJournal();
      const { begin, clock, asked } = scripted({
        capability: sending('keyed'),
        script: { a: [hangs === 'unknown' ? new Error('lost') : 'done'] },
        journal: {
          kept: 'memory',
          open: (...given) => (hangs === 'open' ? silence : rows.open(...given)),
          write: (row) => (row.state === hangs ? silence : rows.write(row)),
          close: (operation) => (hangs === 'close' ? silence : rows.close(operation)),
          unsettled: () => rows.unsettled(),
        },
      });
      const ended = begin({ deadline: 1_000 }).then(
        () => 'done',
        ({ code }: { code: string }) => code,
      );
      let said: string | undefined;
      void ended.then((what) => {
        said = what;
      });
      await clock.advance(1_001);
      await new Promise(setImmediate);
      const isSent = ['ok', 'unknown', 'close'].includes(hangs);
      const late = isSent ? 'done' : 'PROVIDER_DEADLINE';
      expect(said).to.equal(hangs === 'unknown' ? 'PROVIDER_OUTCOME_UNKNOWN' : late);
      expect(asked).to.have.length(isSent ? 1 : 0);
    });
  }
});

describe('work that is settled', () => {
  const output = Type.Object({ id: Type.String() });
  const operation = { safety: 'atMostOnce' as Safety, input: Type.Unknown(), output };

  it('is that of one operation and tenant, whoever else uses the id', async () => {
    const { begin, send, providers, clock } = scripted({
      capability: sending('atMostOnce'),
      script: { a: [silence] },
    });
    for (const tenant of ['one', 'two']) await rejectionOf(send({ tenant, operationId: 'order-1' }));
    const done = { state: 'done', value: 'of one' } as const;
    const error = await rejectionOf(providers.settle('mail', 'order-1', done));
    expect(error.code).to.equal('PROVIDER_ATTEMPT_AMBIGUOUS');
    await providers.settle('mail', 'order-1', done, { operation: 'send', tenant: 'one' });
    expect((await providers.unsettled()).map(({ tenant }) => tenant)).to.deep.equal(['two']);
    const again = await clock.until(begin({ tenant: 'one', operationId: 'order-1' }));
    expect(again).to.have.property('value', 'of one');
    const nobody = await rejectionOf(providers.settle('mail', 'order-1', done, { tenant: null }));
    expect(nobody.code).to.equal('PROVIDER_ATTEMPT_UNKNOWN');
  });

  it('answers what the operation answers', async () => {
    const { defineCapability } = await import('../../kernel/index.ts');
    let asked = 0;
    const { send, providers } = scripted({
      capability: defineCapability('mail', { operations: { send: operation } }),
      script: { a: [new Error('lost')] },
      reconcile: () => (++asked === 1 ? { state: 'unknown' } : { state: 'done', value: 42 }),
    });
    await rejectionOf(send());
    expect(await providers.reconcile()).to.deep.equal({ done: 0, notDone: 0, unknown: 1 });
    const error = await rejectionOf(providers.settle('mail', 'op', { state: 'done', value: 42 }));
    expect(error.code).to.equal('PROVIDER_OUTCOME_INVALID');
    expect(await providers.unsettled()).to.have.length(1);
  });

  it('stays as it was answered, whatever its caller makes of it', async () => {
    const { send } = scripted({ capability: sending('keyed'), script: { a: [() => ({ id: 'one' })] } });
    const first = await send();
    Object.assign(first.value as object, { id: 'changed' });
    expect((await send()).value).to.deep.equal({ id: 'one' });
  });

  it('stays done, whoever comes late', () => {
    const journal = new MemoryJournal();
    const ref = { capability: 'mail', operation: 'send', tenant: undefined, operationId: 'op' };
    const row = {
      ...ref,
      id: '1',
      inputHash: 'h',
      instance: 'a',
      instanceTenant: undefined,
      driver: 'fake',
      domain: 'a',
      plannedAt: 0,
    };
    for (const state of ['planned', 'sent', 'ok', 'rejected', 'unknown'] as const)
      journal.write({ ...row, state });
    expect(journal.open(ref, 'h')[0]?.state).to.equal('ok');
  });
});
