import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Database } from 'backplane/data';
import { expect } from 'chai';
import {
  type Credentials,
  defineCapability,
  defineDriver,
  Keyring,
  MemoryInstances,
  Providers,
  ResponseError,
  Secret,
  Type,
} from '../../../kernel/index.ts';
import { StoredInstances } from '../../../kernel/provider/stored/index.ts';
import { until } from '../../../kernel/testing/index.ts';
import { VirtualClock } from '../../../kernel/testing/virtual-clock.ts';
import { inEveryPlace, type Place } from '../support/places.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { rejectionOf } from '../support/scripted.ts';
import { worldOf } from '../support/world.ts';

const planted = 'sk_live_9f8e7d6c5b4a';
const newKey = (): string => randomBytes(32).toString('base64');

const mail = (tenants: 'shared' | 'own-or-shared' = 'own-or-shared') =>
  defineCapability('mail', {
    tenants,
    operations: { send: { safety: 'read', input: Type.Unknown(), output: Type.Unknown() } },
  });

/** Answers with what it was made with; refuses the credential `wrong`. */
const driver = defineDriver('post', {
  capability: 'mail',
  config: Type.Object({ url: Type.String(), retries: Type.Integer({ default: 0 }) }),
  secrets: ['user', 'password'],
  create: ({ url }, { user, password }) => ({
    send() {
      if (password.reveal() === 'wrong') throw new ResponseError(401);
      return `${url} ${user.reveal()} ${password.reveal()}`;
    },
  }),
});

const written = (name: string, more: object = {}) => ({
  name,
  driver: 'post',
  config: { url: name },
  secrets: { user: 'me', password: planted },
  ...more,
});

/** Providers as one process has them. */
function processAt(
  place: Pick<Place, 'tables'>,
  {
    keys,
    env = {},
    settings = [],
  }: { keys: readonly string[]; env?: Record<string, string>; settings?: string[] },
) {
  const { log, lines } = recordedLog();
  const credentials: Credentials = { keyring: new Keyring(keys), variable: (name) => env[name] };
  const keeper = new StoredInstances({ tables: place.tables(), credentials, clock: new VirtualClock(), log });
  const world = worldOf(mail(), [driver]);
  const store = new MemoryInstances(
    settings.map((name) => ({
      capability: 'mail',
      name,
      driver: 'post',
      config: { url: name },
      secrets: { user: new Secret('me'), password: new Secret('right') },
      place: `config/providers.ts, mail[${name}]`,
    })),
    'settings',
  );
  const providers = new Providers({ world: () => world, stores: [store], keeper, credentials, log });
  const send = async (tenant?: string): Promise<unknown> =>
    (await providers.for('mail', { tenant }).send?.({}))?.value;
  const states = (): readonly string[] =>
    providers.list().map(({ instance, state, source }) => `${instance} ${state} ${source}`);
  return { keeper, providers, send, states, lines, store };
}

inEveryPlace('instances in the database', (makePlace, dialect) => {
  const key = newKey();
  let place: Place;
  let database: Database;
  const rows = async (): Promise<string> =>
    JSON.stringify(await database.run('select * from backplane_provider_instances'));

  before(async () => {
    place = await makePlace();
    database = place.open();
  });
  beforeEach(async () => {
    await place.tables().use();
    await database.run('delete from backplane_provider_instances');
  });

  it('are used at once, and by other processes when they look', async () => {
    const [one, other] = [processAt(place, { keys: [key] }), processAt(place, { keys: [key] })];
    const info = await one.providers.put('mail', written('eu'));
    expect(info).to.include({ instance: 'eu', driver: 'post', state: 'ready', source: 'database' });
    expect(await one.send()).to.equal(`eu me ${planted}`);
    await other.keeper.refresh();
    expect(await other.send()).to.equal(`eu me ${planted}`);
    await one.providers.put('mail', written('eu', { config: { url: 'moved' } }));
    await one.providers.put('mail', written('own', { tenant: 'acme' }));
    await other.keeper.refresh();
    expect([await other.send(), await other.send('acme')]).to.deep.equal([
      `moved me ${planted}`,
      `own me ${planted}`,
    ]);
    await other.providers.remove({ capability: 'mail', instance: 'eu' });
    expect(other.states()).to.deep.equal(['own ready database']);
    await one.keeper.refresh();
    expect(one.states()).to.deep.equal(['own ready database']);
  });

  it('are the very same while nothing changes, so that clients and what is known of them stay', async () => {
    const { keeper, providers, send } = processAt(place, { keys: [key] });
    await providers.put('mail', written('eu'));
    await send();
    const [before] = keeper.all;
    const list = keeper.all;
    await keeper.refresh();
    expect(keeper.all).to.equal(list);
    await providers.put('mail', written('us'));
    expect(keeper.all.find(({ name }) => name === 'eu')).to.equal(before);
    expect(providers.list()).to.have.nested.property('[0].uses', 1);
  });

  it('keep credentials encrypted, those from variables by their names, and those that are left out', async () => {
    const env = { MAIL_USER: 'from-env' };
    const { providers, send } = processAt(place, { keys: [key], env });
    await providers.put(
      'mail',
      written('eu', { secrets: { user: { env: 'MAIL_USER' }, password: planted } }),
    );
    expect(await rows())
      .to.contain('MAIL_USER')
      .and.contain('enc:v1:')
      .and.not.contain(planted);
    expect(await send()).to.equal(`eu from-env ${planted}`);
    await providers.put('mail', written('eu', { secrets: undefined, priority: 3 }));
    expect(await send()).to.equal(`eu from-env ${planted}`);
    await providers.put('mail', written('eu', { secrets: { password: 'changed' } }));
    expect(await send()).to.equal('eu from-env changed');
    expect(await rows())
      .to.not.contain('changed')
      .and.not.contain('from-env');
  });

  it('take other values of variables when they are read anew', async () => {
    const env: Record<string, string> = { MAIL_USER: 'first' };
    const { keeper, providers, send } = processAt(place, { keys: [key], env });
    await providers.put('mail', written('eu', { secrets: { user: { env: 'MAIL_USER' }, password: 'x' } }));
    env.MAIL_USER = 'second';
    await keeper.refresh({ anew: true });
    expect(await send()).to.equal('eu second x');
  });

  it('are refused with all that is wrong, before anything is kept, and without their values', async () => {
    const { providers } = processAt(place, { keys: [key], settings: ['taken'] });
    const wrong = {
      name: 'eu',
      driver: 'post',
      weigth: 2,
      priority: 'high',
      config: { url: 1 },
      secrets: { user: { env: 'NOT_SET' }, passwrod: planted },
    };
    const error = await rejectionOf(providers.put('mail', wrong));
    expect(error.code).to.equal('PROVIDER_INSTANCE_INVALID');
    for (const part of [
      'The instance "eu" of "mail"',
      '/weigth is not a known property',
      '/priority must be',
      '/secrets/user needs NOT_SET, which is not set.',
      '/secrets/password is required.',
      '/secrets/passwrod is no credential of "post". Did you mean "password"?',
      '/config/url must be a text.',
    ])
      expect(error.message).to.contain(part);
    expect(error.message).to.not.contain('/secrets/user is required');
    const codeOf = async (capability: string, instance: unknown): Promise<unknown> =>
      (await rejectionOf(providers.put(capability, instance))).code;
    expect([
      await codeOf('mail', written('eu', { driver: 'pots' })),
      await codeOf('mial', written('eu')),
      await codeOf('mail', written('Not A Name')),
      await codeOf('mail', 'nonsense'),
      await codeOf('mail', written('taken')),
    ]).to.deep.equal([
      'PROVIDER_INSTANCE_INVALID',
      'PROVIDER_INSTANCE_INVALID',
      'PROVIDER_INSTANCE_INVALID',
      'PROVIDER_INSTANCE_INVALID',
      'PROVIDER_INSTANCE_ELSEWHERE',
    ]);
    const { message } = await rejectionOf(providers.remove({ capability: 'mail', instance: 'taken' }));
    expect(message).to.contain('is written in config/providers.ts, mail[taken]');
    const missing = await rejectionOf(providers.remove({ capability: 'mail', instance: 'takne' }));
    expect(missing).to.include({ code: 'PROVIDER_INSTANCE_UNKNOWN' });
    expect(missing.message).to.contain('Did you mean "taken"?');
    expect(await rows()).to.equal('[]');
  });

  it('cannot be kept without a key, which is said with how to make one', async () => {
    const { providers } = processAt(place, { keys: [] });
    const error = await rejectionOf(providers.put('mail', written('eu')));
    expect(error.code).to.equal('SECRETS_KEY_MISSING');
    expect(error.message).to.contain('openssl rand -base64 32').and.not.contain(planted);
    expect(await rows()).to.equal('[]');
  });

  it('are encrypted anew when the key changes, and go on', async () => {
    const [old, fresh] = [newKey(), newKey()];
    await processAt(place, { keys: [old] }).providers.put('mail', written('eu'));
    const both = processAt(place, { keys: [fresh, old] });
    await both.keeper.refresh();
    expect(await both.providers.rekey()).to.deep.equal({ reencrypted: 2 });
    expect(await both.providers.rekey()).to.deep.equal({ reencrypted: 0 });
    expect(await both.send()).to.equal(`eu me ${planted}`);
    const after = processAt(place, { keys: [fresh] });
    await after.keeper.refresh();
    expect(await after.send()).to.equal(`eu me ${planted}`);
    const late = processAt(place, { keys: [old] });
    await late.keeper.refresh();
    expect(late.states()).to.deep.equal(['eu invalid database']);
    expect(late.lines.join()).to.contain('in the database is not used').and.contain('is not in SECRETS_KEY');
    const error = await rejectionOf(processAt(place, { keys: [newKey()] }).providers.rekey());
    expect(error.message).to.contain('is not in SECRETS_KEY');
    // What cannot be read can be taken away, or written anew.
    await late.providers.put('mail', written('eu'));
    expect(late.states()).to.deep.equal(['eu ready database']);
  });

  it('stay switched off beyond a restart and in all processes, those from settings too', async () => {
    const process = () => processAt(place, { keys: [key], settings: ['fixed'] });
    const [one, other] = [process(), process()];
    await one.providers.put('mail', written('kept', { priority: 1 }));
    await one.providers.disable('mail', 'fixed', undefined, 'it bills twice');
    await one.providers.disable('mail', 'kept');
    for (const providers of [one, other, process()]) {
      await providers.keeper.refresh();
      expect(providers.states()).to.deep.equal(['fixed disabled settings', 'kept disabled database']);
      const error = await rejectionOf(providers.send());
      expect(error.message)
        .to.contain('"fixed" is disabled: it bills twice')
        .and.contain('it was switched off');
    }
    await other.providers.enable('mail', 'fixed');
    expect(await other.send()).to.equal('fixed me right');
    await one.keeper.refresh();
    expect(one.states()).to.deep.equal(['fixed ready settings', 'kept disabled database']);
    const error = await rejectionOf(one.providers.enable('mail', 'fixde'));
    expect(error.message).to.contain('Did you mean "fixed"?');
  });

  it('are asked again by every process when one enables them, after their credentials were refused', async () => {
    const [one, other] = [processAt(place, { keys: [key] }), processAt(place, { keys: [key] })];
    await one.providers.put('mail', written('eu', { secrets: { user: 'me', password: 'wrong' } }));
    await other.keeper.refresh();
    for (const { send, states } of [one, other]) {
      await rejectionOf(send());
      expect(states()).to.deep.equal(['eu disabled database']);
    }
    // Nobody has switched it off: looking changes nothing.
    await other.keeper.refresh();
    expect(other.states()).to.deep.equal(['eu disabled database']);
    await one.providers.enable('mail', 'eu');
    await other.keeper.refresh();
    expect([one.states(), other.states()]).to.deep.equal([['eu ready database'], ['eu ready database']]);
  });

  it('that were kept as not enabled can be enabled', async () => {
    const { providers, states } = processAt(place, { keys: [key] });
    await providers.put('mail', written('eu', { enabled: false }));
    expect(states()).to.deep.equal(['eu disabled database']);
    await providers.enable('mail', 'eu');
    expect(states()).to.deep.equal(['eu ready database']);
  });

  it('change at 1,000 calls a second without a failed call', async () => {
    const [one, other] = [processAt(place, { keys: [key] }), processAt(place, { keys: [key] })];
    await one.providers.put('mail', written('a'));
    await other.keeper.refresh();
    const failed: unknown[] = [];
    const urls = new Set<string>();
    let calls = 0;
    let isRunning = true;
    const begun = performance.now();
    const caller = async (): Promise<void> => {
      while (isRunning) {
        // As many as are due by now, so that it is a thousand a second however busy the machine is.
        while (calls < performance.now() - begun) {
          calls += 1;
          await other.send().then(
            (value) => urls.add(String(value).split(' ')[0] ?? ''),
            (error: unknown) => failed.push(error),
          );
        }
        await other.keeper.refresh();
        await nextTurn();
      }
    };
    const callers = Array.from({ length: 5 }, caller);
    for (let change = 0; change < 20; change += 1) {
      const [fresh, stale] = change % 2 === 0 ? ['b', 'a'] : ['a', 'b'];
      await one.providers.put('mail', written(fresh, { config: { url: `${fresh}${change}` } }));
      await until(() => urls.has(`${fresh}${change}`), { timeout: 20_000 });
      if (change % 5 === 4) await one.providers.disable('mail', stale);
      await one.providers.remove({ capability: 'mail', instance: stale }).catch(() => {});
    }
    isRunning = false;
    await Promise.all(callers);
    expect(failed).to.deep.equal([]);
    expect(calls).to.be.above(20);
  }).timeout(60_000);

  it('are shown nowhere with their credentials: not in the database, logs, errors or listings', async () => {
    const { providers, send, lines, keeper } = processAt(place, { keys: [key] });
    const shown: unknown[] = [await providers.put('mail', written('eu'))];
    await send();
    shown.push(await rejectionOf(providers.put('mail', written('eu', { config: {} }))));
    shown.push(
      await rejectionOf(providers.put('mail', written('eu', { secrets: { user: '', password: planted } }))),
    );
    shown.push(providers.list(), keeper.all, keeper.faulty, await rows());
    // The table is gone: what the database says of a statement that fails must not show its parameters.
    await database.execute('alter table backplane_provider_instances rename to elsewhere');
    shown.push(await rejectionOf(providers.put('mail', written('us'))));
    shown.push(await rejectionOf(providers.rekey()));
    await database.execute('alter table elsewhere rename to backplane_provider_instances');
    const texts = shown.flatMap((one) => [
      inspect(one, { depth: 20, showHidden: true }),
      JSON.stringify(one),
    ]);
    if (dialect === 'sqlite') {
      const file = place.url.slice('sqlite:'.length);
      for (const end of ['', '-wal']) texts.push(readFileSync(`${file}${end}`, 'latin1'));
    }
    const everything = [...texts, ...lines].join('\n');
    expect(everything.includes(planted)).to.equal(false);
    expect(everything).to.contain('enc:v1:');
  });
});
