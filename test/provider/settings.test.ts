import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { instancesFromSettings, Keyring, Secret } from '../../kernel/index.ts';
import { sourcesOf } from '../../kernel/settings/index.ts';

const config = (values: Record<string, unknown>) =>
  new Map([['providers', { file: 'config/providers.ts', values }]]);

describe('instances from settings', () => {
  it('stand in config/providers.ts, or in a variable, which comes before it', () => {
    const sources = sourcesOf({
      environment: { PROVIDERS_TEXT_MESSAGE: '[{ "name": "two", "driver": "x", "priority": 1 }]' },
      config: config({
        payment: [{ name: 'one', driver: 'x' }],
        'text-message': [{ name: 'lost', driver: 'x' }],
      }),
    });
    const { instances, faults } = instancesFromSettings(sources, new Keyring([]));
    expect(faults).to.deep.equal([]);
    expect(instances.map(({ capability, name }) => [capability, name])).to.deep.equal([
      ['payment', 'one'],
      ['text-message', 'two'],
    ]);
  });

  it('take credentials as a text, from a variable, or encrypted', () => {
    const keyring = new Keyring([randomBytes(32).toString('hex')]);
    const encrypted = keyring.encrypt(new Secret('third'), 'payment/one/c');
    const secrets = { a: 'first', b: { env: 'B_KEY' }, c: encrypted };
    const sources = sourcesOf({
      dotenv: { B_KEY: 'second' },
      config: config({ payment: [{ name: 'one', driver: 'x', secrets }] }),
    });
    const { instances } = instancesFromSettings(sources, keyring);
    expect(Object.values(instances[0]?.secrets ?? {}).map((secret) => secret.reveal())).to.deep.equal([
      'first',
      'second',
      'third',
    ]);
    expect(JSON.stringify(instances)).to.not.match(/first|second|third/);
  });

  it('are told by their place when they are wrong, without their values', () => {
    const sources = sourcesOf({
      environment: { PROVIDERS_MAIL: 'sk_live_12345' },
      config: config({
        payment: [
          { name: 'one', secrets: { a: 'sk_live_12345' } },
          { name: 'two', driver: 'x', secrets: { a: 'enc:v1:x' } },
        ],
      }),
    });
    const { instances, faults } = instancesFromSettings(sources, new Keyring([]));
    expect(instances).to.deep.equal([]);
    expect(faults).to.have.length(3);
    expect(faults.join('\n'))
      .to.contain('config/providers.ts, payment[0]: /driver is required.')
      .and.to.contain('without SECRETS_KEY')
      .and.to.contain('PROVIDERS_MAIL must be a list')
      .and.to.not.contain('sk_live');
  });
});
