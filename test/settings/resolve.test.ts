import { inspect } from 'node:util';
import { expect } from 'chai';
import { createLogger } from '../../kernel/log/index.ts';
import { Type } from '../../kernel/schema/index.ts';
import {
  defineSettings,
  maskSettings,
  resolveSettings,
  type SettingsSchema,
  type Sources,
  sourcesOf,
} from '../../kernel/settings/index.ts';

const mail = defineSettings(
  Type.Object({
    apiKey: Type.String({ secret: true, minLength: 8 }),
    sender: Type.String({ default: 'noreply@example.org', format: 'email' }),
    retries: Type.Integer({ default: 3, minimum: 0, maximum: 10 }),
    enabled: Type.Boolean({ default: true }),
    mode: Type.Enum(['fast', 'safe'], { default: 'safe' }),
    smtp: Type.Object({
      host: Type.String({ default: 'localhost' }),
      port: Type.Integer({ default: 25 }),
      password: Type.Optional(Type.String({ secret: true })),
    }),
    proxy: Type.Optional(Type.Object({ url: Type.String(), timeout: Type.Integer({ default: 5 }) })),
    hosts: Type.Array(Type.String(), { default: [] }),
    weights: Type.Array(Type.Integer(), { default: [] }),
    limits: Type.Record(Type.String(), Type.Integer(), { default: {} }),
    sizeLimit: Type.Integer({ default: 1024, unit: 'bytes' }),
  }),
);

const key = { AUTH_MAIL_API_KEY: 'k3y-very-secret' };

function fromConfig(values: Record<string, unknown>): Pick<Sources, 'config'> {
  return { config: new Map([['auth-mail', { file: 'config/auth-mail.ts', values }]]) };
}

function resolve(given: Parameters<typeof sourcesOf>[0], schema: SettingsSchema = mail) {
  return resolveSettings({ owner: 'auth-mail', schema, sources: sourcesOf(given) });
}

function mailWith(environment: Record<string, string>) {
  const resolved = resolveSettings({
    owner: 'auth-mail',
    schema: mail,
    sources: sourcesOf({ environment: { ...key, ...environment } }),
  });
  if ('value' in resolved) return resolved.value;
  throw new Error(resolved.faults.join('\n'));
}

describe('settings', () => {
  it('come from the environment before .env before the configuration file before the default', () => {
    const resolved = resolve({
      environment: { ...key, AUTH_MAIL_SENDER: 'a@env.org' },
      dotenv: { AUTH_MAIL_SENDER: 'a@dotenv.org', AUTH_MAIL_RETRIES: '1' },
      ...fromConfig({ sender: 'a@config.org', retries: 2, mode: 'fast', smtp: { port: 26 } }),
    });
    expect(resolved)
      .to.have.property('value')
      .that.deep.includes({
        sender: 'a@env.org',
        retries: 1,
        mode: 'fast',
        enabled: true,
        smtp: { host: 'localhost', port: 26 },
      });
  });

  it('are read from text as their schema asks', () => {
    const value = mailWith({
      AUTH_MAIL_RETRIES: ' 7 ',
      AUTH_MAIL_ENABLED: 'off',
      AUTH_MAIL_SMTP_PORT: '2525',
      AUTH_MAIL_HOSTS: 'a.org, b.org,,c.org',
      AUTH_MAIL_WEIGHTS: '[1, 2, 3]',
      AUTH_MAIL_LIMITS: '{"a": 1}',
      AUTH_MAIL_SIZE_LIMIT: '1.5mb',
    });
    expect(value).to.deep.include({ retries: 7, enabled: false, weights: [1, 2, 3], limits: { a: 1 } });
    expect(value.hosts).to.deep.equal(['a.org', 'b.org', 'c.org']);
    expect(value.smtp.port).to.equal(2525);
    expect(value.sizeLimit).to.equal(1.5 * 1024 * 1024);
  });

  it('keep a text that looks like a number a text', () => {
    expect(mailWith({ AUTH_MAIL_API_KEY: '0123456789' }).apiKey).to.equal('0123456789');
  });

  it('take an empty variable for one that is not set', () => {
    expect(mailWith({ AUTH_MAIL_RETRIES: '', AUTH_MAIL_SENDER: ' ' })).to.include({
      retries: 3,
      sender: 'noreply@example.org',
    });
  });

  it('leave an optional group out until something in it is set', () => {
    expect(mailWith({})).not.to.have.property('proxy');
    expect(mailWith({ AUTH_MAIL_PROXY_URL: 'http://p' }).proxy).to.deep.equal({
      url: 'http://p',
      timeout: 5,
    });
    expect(resolve({ environment: { ...key, AUTH_MAIL_PROXY_TIMEOUT: '1' } })).to.deep.equal({
      missing: ['AUTH_MAIL_PROXY_URL'],
      faults: [],
    });
  });

  it('that are required and missing are told apart from those that are wrong', () => {
    expect(resolve({})).to.deep.equal({ missing: ['AUTH_MAIL_API_KEY'], faults: [] });
    expect(resolve({ environment: { AUTH_MAIL_RETRIES: 'many' } })).to.deep.equal({
      missing: ['AUTH_MAIL_API_KEY'],
      faults: ['AUTH_MAIL_RETRIES (environment) is "many", but must be an integer from 0 to 10.'],
    });
  });

  it('report every fault at once, with variable, source, value and what is expected', () => {
    const resolved = resolve({
      environment: { AUTH_MAIL_API_KEY: 'short', AUTH_MAIL_MODE: 'slow', AUTH_MAIL_WEIGHTS: '1,two' },
      dotenv: { AUTH_MAIL_ENABLED: 'maybe', AUTH_MAIL_LIMITS: '{broken' },
      ...fromConfig({ retries: 11, sender: 5 }),
    });
    expect(resolved).to.have.deep.property('missing', []);
    expect(resolved)
      .to.have.property('faults')
      .that.has.members([
        'AUTH_MAIL_API_KEY (environment) is ***, but must be text with a length of at least 8.',
        'AUTH_MAIL_MODE (environment) is "slow", but must be one of "fast", "safe".',
        'AUTH_MAIL_WEIGHTS (environment) is "1,two", but must be a list (JSON, or separated by ","), each an integer.',
        'AUTH_MAIL_ENABLED (.env) is "maybe", but must be true or false.',
        'AUTH_MAIL_LIMITS (.env) is "{broken", but must be an object (JSON).',
        'AUTH_MAIL_RETRIES (config/auth-mail.ts) is 11, but must be an integer from 0 to 10.',
        'AUTH_MAIL_SENDER (config/auth-mail.ts) is 5, but must be text in the format "email".',
      ]);
  });

  it('report unknown keys of a configuration file with the nearest known one', () => {
    const resolved = resolve({
      environment: key,
      ...fromConfig({ retires: 1, smtp: { prot: 25 }, proxy: 'http://p', somethingElse: true }),
    });
    expect(resolved).to.have.deep.property('faults', [
      '"retires" in config/auth-mail.ts is no setting. Did you mean "retries"?',
      '"smtp.prot" in config/auth-mail.ts is no setting. Did you mean "port"?',
      '"proxy" in config/auth-mail.ts must be an object.',
      '"somethingElse" in config/auth-mail.ts is no setting.',
    ]);
  });

  it('report a default that its own schema refuses', () => {
    const schema = defineSettings(Type.Object({ size: Type.Integer({ default: -1, minimum: 0 }) }));
    expect(resolve({}, schema)).to.have.deep.property('faults', [
      'The default of AUTH_MAIL_SIZE must be an integer of at least 0.',
    ]);
  });

  it('are frozen at every depth, and the configuration file is not', () => {
    const values = { hosts: ['a.org'], smtp: { port: 1 } };
    const resolved = resolve({ environment: key, ...fromConfig(values) });
    if (!('value' in resolved)) throw new Error('not resolved');
    expect(Object.isFrozen(resolved.value)).to.equal(true);
    expect(resolved.value).to.have.property('hosts').that.is.frozen;
    expect(resolved.value).to.have.property('smtp').that.is.frozen;
    expect(values.hosts).not.to.be.frozen;
    expect(values).to.deep.equal({ hosts: ['a.org'], smtp: { port: 1 } });
  });
});

describe('secrets among the settings', () => {
  const value = mailWith({ AUTH_MAIL_SMTP_PASSWORD: 'pa55-very-secret' });

  it('are there for the code that asks for them', () => {
    expect(value.apiKey).to.equal('k3y-very-secret');
    expect(value.smtp.password).to.equal('pa55-very-secret');
  });

  it('do not appear in JSON, in inspect or in a log', () => {
    const lines: string[] = [];
    const { log } = createLogger({
      level: 'info',
      format: 'json',
      destination: { write: (line: string) => lines.push(line) },
    });
    log.info({ value, nested: { value: value.smtp } }, 'settings %j', value);
    const shown = [
      JSON.stringify(value),
      JSON.stringify(value.smtp),
      inspect(value),
      inspect(value.smtp),
      ...lines,
    ];
    for (const text of shown) {
      expect(text).not.to.include('very-secret');
      expect(text).to.match(/\*\*\*|Redacted/);
    }
  });

  it('are masked in a copy that may be shown, wherever they stand', () => {
    const schema = defineSettings(
      Type.Object({
        keys: Type.Array(Type.String(), { secret: true }),
        users: Type.Array(Type.Object({ name: Type.String(), password: Type.String({ secret: true }) })),
        tokens: Type.Record(Type.String(), Type.String({ secret: true })),
        either: Type.Union([Type.Integer(), Type.String({ secret: true })]),
        plain: Type.String(),
      }),
    );
    const settings = {
      keys: ['s1'],
      users: [{ name: 'ann', password: 's2' }],
      tokens: { github: 's3' },
      either: 's4',
      plain: 'shown',
    };
    expect(maskSettings(settings, schema)).to.deep.equal({
      keys: '***',
      users: [{ name: 'ann', password: '***' }],
      tokens: { github: '***' },
      either: '***',
      plain: 'shown',
    });
  });

  it('are not shown in a fault, however they are wrong', () => {
    const schema = defineSettings(
      Type.Object({
        pin: Type.Integer({ secret: true }),
        users: Type.Array(Type.Object({ password: Type.String({ secret: true, minLength: 20 }) })),
      }),
    );
    const resolved = resolve(
      { environment: { AUTH_MAIL_PIN: 's3cret', AUTH_MAIL_USERS: '[{"password":"s3cret"}]' } },
      schema,
    );
    expect(resolved).to.have.property('faults').that.has.length(2);
    expect(JSON.stringify(resolved)).not.to.include('s3cret');
  });
});
