import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { isEncrypted, Keyring, Secret } from '../../kernel/index.ts';
import { recordedLog } from './support/recorded-log.ts';
import { rejectionOf, scripted } from './support/scripted.ts';
import { sending } from './support/world.ts';

const newKey = (): string => randomBytes(32).toString('base64');

describe('a secret', () => {
  it('shows itself to nobody who does not ask', () => {
    const secret = new Secret('hunter2');
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
    ];
    expect(shown.join()).to.not.contain('hunter2');
    expect(secret.reveal()).to.equal('hunter2');
  });
});

describe('a keyring', () => {
  it('encrypts, and decrypts in the same place only', () => {
    const keyring = new Keyring([newKey()]);
    const text = keyring.encrypt(new Secret('hunter2'), 'payment/stripe/apiKey');
    expect(isEncrypted(text)).to.equal(true);
    expect(text).to.not.contain('hunter2');
    expect(keyring.decrypt(text, 'payment/stripe/apiKey').reveal()).to.equal('hunter2');
    expect(() => keyring.decrypt(text, 'payment/other/apiKey')).to.throw(
      'changed, or encrypted for another place',
    );
    expect(() => keyring.decrypt(`${text.slice(0, -2)}AA`, 'payment/stripe/apiKey')).to.throw('changed');
  });

  it('lets keys be changed one after another', () => {
    const [old, fresh] = [newKey(), newKey()];
    const before = new Keyring([old]).encrypt(new Secret('hunter2'), 'x');
    const both = new Keyring([fresh, old]);
    expect([both.isCurrent(before), both.decrypt(before, 'x').reveal()]).to.deep.equal([false, 'hunter2']);
    const after = both.reencrypt(before, 'x');
    expect([both.isCurrent(after), both.reencrypt(after, 'x')]).to.deep.equal([true, after]);
    expect(new Keyring([fresh]).decrypt(after, 'x').reveal()).to.equal('hunter2');
    expect(() => new Keyring([fresh]).decrypt(before, 'x')).to.throw('is not in SECRETS_KEY');
  });

  it('takes hexadecimal keys too, and tells a wrong one by its number alone', () => {
    expect(new Keyring([randomBytes(32).toString('hex')]).isEmpty).to.equal(false);
    expect(() => new Keyring([newKey(), 'too-short']))
      .to.throw('Key 2 of SECRETS_KEY')
      .with.property('message')
      .not.contain('too-short');
    expect(() => new Keyring([]).encrypt(new Secret('x'), 'a/b')).to.throw('without SECRETS_KEY');
  });
});

describe('the credentials of an instance', () => {
  const planted = 'sk_live_9f8e7d6c5b4a+/=&';

  it('are in no log, error, attempt, span, count or listing, however an SDK shows them', async () => {
    const { log, lines } = recordedLog();
    const basic = Buffer.from(`user:${planted}`).toString('base64');
    const shown: unknown[] = [];
    const error = (text: string): Error =>
      Object.assign(new Error(text, { cause: new Error(`cause ${text}`) }), {
        code: `E_${planted}`,
        config: { headers: { authorization: `Bearer ${planted}` } },
      });
    const answers = [
      error(`GET https://api.test/?key=${encodeURIComponent(planted)}`),
      error(`authorization: Basic ${basic}`),
      error(JSON.stringify({ key: planted })),
      error(Buffer.from(planted).toString('base64')),
      error(Buffer.from(planted).toString('hex')),
    ];
    for (const capability of [sending('read'), sending('keyed'), sending('atMostOnce')]) {
      for (const kind of ['transient', 'config', 'declined', 'invalid'] as const) {
        const world = scripted({
          log,
          capability,
          script: { a: answers, b: answers },
          instances: () => ({ priority: 0 }),
          secrets: { apiKey: new Secret(planted) },
          classify: (thrown) => ({
            class: kind,
            effect: kind === 'transient' ? 'unknown' : 'none',
            scope: 'instance',
            code: String(Reflect.get(Object(thrown), 'code')),
          }),
          reconcile: () => {
            throw error(`lookup ${planted}`);
          },
        });
        world.providers.observe((start) => {
          shown.push(start);
          return (attempt) => shown.push(attempt);
        });
        for (let call = 0; call < 3; call += 1) {
          const thrown = await rejectionOf(world.send({ operationId: `${call}` }));
          shown.push(thrown, thrown.stack, thrown.message, thrown.details, thrown.cause);
          log.error({ err: thrown }, thrown.message);
        }
        shown.push(world.providers.list(), world.providers.counts(), world.store.all);
        await world.providers.reconcile();
      }
    }
    const everything = [
      ...lines,
      ...shown.map((one) => inspect(one, { depth: 20, showHidden: true })),
      ...shown.map((one) => JSON.stringify(one)),
    ].join('\n');
    expect(everything.length).to.be.above(10_000);
    const forms = [
      planted,
      encodeURIComponent(planted),
      Buffer.from(planted).toString('hex'),
      Buffer.from(planted).toString('base64'),
      basic,
    ];
    for (const form of forms) expect(everything.includes(form), form).to.equal(false);
  });
});
