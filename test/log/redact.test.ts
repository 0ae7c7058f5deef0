import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect } from 'chai';
import { BackplaneError } from '../../kernel/errors.ts';
import { createLogger, type Logger, redact } from '../../kernel/log/index.ts';

/** What the logger wrote for one call, as text and as data. */
function logged(write: (log: Logger) => void): { text: string; record: Record<string, unknown> } {
  const lines: string[] = [];
  const { log } = createLogger({
    level: 'trace',
    format: 'json',
    destination: { write: (line: string) => lines.push(line) },
  });
  write(log);
  const [text = ''] = lines;
  return { text, record: JSON.parse(text) };
}

describe('redaction', () => {
  const names = [
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'cookies',
    'password',
    'newPassword',
    'passwordHash',
    'passphrase',
    'pass',
    'secret',
    'clientSecret',
    'JWT_SECRET',
    'token',
    'access_token',
    'apiKey',
    'x-api-key',
    'API_KEY',
    'privateKey',
  ];
  for (const name of names) {
    it(`censors "${name}"`, () => {
      expect(logged((log) => log.info({ [name]: 's3cret' })).record[name]).to.equal('[Redacted]');
    });
  }

  it('leaves names alone that only resemble one', () => {
    const record = {
      tokens: 12,
      maxTokens: 5,
      compass: 'north',
      keyboard: 'qwerty',
      author: 'ann',
      hasPassword: true,
    };
    expect(redact(record)).to.equal(record);
  });

  it('looks four keys deep, through arrays too', () => {
    const { text } = logged((log) =>
      log.info({ a: { b: { c: { password: 's3cret' } } }, users: [{ login: { token: 's3cret' } }] }, 'deep'),
    );
    expect(text).not.to.include('s3cret');
  });

  it('does not touch the object that was logged', () => {
    const user = Object.freeze({ name: 'ann', login: Object.freeze({ password: 's3cret' }) });
    const { record } = logged((log) => log.info({ user }));
    expect(record.user).to.deep.equal({ name: 'ann', login: { password: '[Redacted]' } });
    expect(user.login.password).to.equal('s3cret');
  });

  it('reaches the bindings of a child', () => {
    const { record } = logged((log) => log.child({ client: { apiKey: 's3cret' } }).info('x'));
    expect(record.client).to.deep.equal({ apiKey: '[Redacted]' });
  });

  it('reaches the bindings that are set later', () => {
    const { text } = logged((log) => {
      const child = log.child({});
      child.setBindings({ token: 's3cret' });
      child.info('x');
    });
    expect(text).not.to.include('s3cret');
  });

  it('reaches what is put into the message', () => {
    const { record } = logged((log) => log.info('user %j', { name: 'ann', password: 's3cret' }));
    expect(record.msg).to.equal('user {"name":"ann","password":"[Redacted]"}');
  });

  it('reaches instances of classes and what toJSON gives', () => {
    class Account {
      password = 's3cret';
    }
    const { text } = logged((log) =>
      log.info({ account: new Account(), other: { toJSON: () => ({ token: 's3cret' }) } }),
    );
    expect(text).not.to.include('s3cret');
  });

  it('reduces a request to what identifies it', () => {
    const req = new IncomingMessage(new Socket());
    Object.assign(req, { method: 'GET', url: '/posts', headers: { host: 'x', cookie: 's3cret' } });
    const { record, text } = logged((log) => log.info({ req }));
    expect(record.req).to.include({ method: 'GET', url: '/posts' });
    expect(text).not.to.include('s3cret');
  });

  it('survives circles, getters that throw, and numbers that JSON lacks', () => {
    const circle: { self?: unknown; password: string } = { password: 's3cret' };
    circle.self = circle;
    const trap = {
      get broken(): string {
        throw new Error('trapped');
      },
    };
    const { text } = logged((log) => log.info({ circle, big: 1n }, 'circle'));
    expect(text).to.include('"password":"[Redacted]"');
    expect(logged((log) => log.info(trap, 'trap')).record).to.include({
      msg: 'trap',
      unserialisable: 'trapped',
    });
  });
});

describe('a logged error', () => {
  it('shows type, code, message, stack, details and the chain of causes', () => {
    const root = Object.assign(new TypeError('connection refused'), { code: 'ECONNREFUSED' });
    const error = new BackplaneError(
      'VIEW_FAILED',
      { view: 'routes', owner: 'blog', reason: 'x' },
      { cause: root },
    );
    const { record } = logged((log) => log.error(error));
    expect(record.msg).to.equal(error.message);
    expect(record.err).to.deep.include({
      type: 'BackplaneError',
      code: 'VIEW_FAILED',
      message: error.message,
      details: { view: 'routes', owner: 'blog', reason: 'x' },
    });
    expect(record).to.have.nested.property('err.stack').that.includes('redact.test.ts');
    expect(record).to.have.nested.property('err.cause.type', 'TypeError');
    expect(record).to.have.nested.property('err.cause.code', 'ECONNREFUSED');
    expect(record).to.have.nested.property('err.cause.stack').that.includes('redact.test.ts');
  });

  it('shows each error of an aggregate', () => {
    const { record } = logged((log) =>
      log.error(new AggregateError([new Error('a'), new RangeError('b')], 'both')),
    );
    expect(record).to.have.nested.property('err.errors[0].message', 'a');
    expect(record).to.have.nested.property('err.errors[1].type', 'RangeError');
  });

  it('is shown under any key, with its secrets censored', () => {
    const error = Object.assign(new Error('refused'), {
      request: { headers: { authorization: 's3cret' } },
    });
    const { record, text } = logged((log) => log.warn({ reason: error }, 'retrying'));
    expect(record).to.have.nested.property('reason.message', 'refused');
    expect(text).not.to.include('s3cret');
  });

  it('ends a circle of causes', () => {
    const error = new Error('a');
    error.cause = new Error('b', { cause: error });
    const { record } = logged((log) => log.error(error));
    expect(record).to.have.nested.property('err.cause.cause', '[Circular]');
  });

  it('names the class of an error that names itself nowhere', () => {
    class PaymentError extends Error {}
    expect(logged((log) => log.error(new PaymentError('x'))).record).to.have.nested.property(
      'err.type',
      'PaymentError',
    );
  });
});
