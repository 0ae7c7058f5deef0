import { delimiter, join, resolve } from 'node:path';
import { expect } from 'chai';
import {
  describeSettings,
  kernelSettings,
  loadKernelSettings,
  sourcesOf,
} from '../../kernel/settings/index.ts';

const root = resolve('/app');
const load = (environment: Record<string, string>) => loadKernelSettings(sourcesOf({ environment }), root);

describe("the kernel's settings", () => {
  it('are complete when nothing is set', () => {
    expect(load({})).to.deep.equal({
      nodeEnv: 'development',
      port: 3000,
      host: '127.0.0.1',
      logLevel: 'info',
      watch: true,
      extensionPaths: [],
      databaseUrl: 'sqlite:var/backplane.sqlite',
      databaseReplicaUrls: [],
      databaseConnections: 10,
      statementTimeout: 5000,
      slowStatement: 500,
      autoMigrate: true,
      bodyLimit: 1_048_576,
      requestTimeout: 30_000,
      redisPrefix: 'backplane',
      secretsKey: [],
      shutdownTimeout: 10_000,
      drainTimeout: 30_000,
      trustProxy: false,
      selection: { kind: 'all' },
    });
  });

  it('listen on all addresses and do not watch in production, unless told to', () => {
    expect(load({ NODE_ENV: 'production' })).to.include({ host: '0.0.0.0', watch: false });
    expect(load({ NODE_ENV: 'production', HOST: '10.0.0.1', WATCH: 'true' })).to.include({
      host: '10.0.0.1',
      watch: true,
    });
    expect(load({ NODE_ENV: 'test' })).to.include({ host: '127.0.0.1', watch: false });
  });

  it('take the mode from .env and the configuration file too', () => {
    const config = new Map([['kernel', { file: 'config/kernel.ts', values: { nodeEnv: 'production' } }]]);
    expect(loadKernelSettings(sourcesOf({ config }), root).host).to.equal('0.0.0.0');
    const dotenv = { NODE_ENV: 'test' };
    expect(loadKernelSettings(sourcesOf({ config, dotenv }), root)).to.include({
      nodeEnv: 'test',
      watch: false,
    });
  });

  it('read sizes, lists of paths and selections', () => {
    const settings = load({
      BODY_LIMIT: '2mb',
      EXTENSION_PATHS: ['more', resolve('/elsewhere')].join(delimiter),
      EXTENSIONS: '-payment',
    });
    expect(settings.bodyLimit).to.equal(2 * 1024 * 1024);
    expect(settings.extensionPaths).to.deep.equal([join(root, 'more'), resolve('/elsewhere')]);
    expect(settings.selection).to.deep.equal({ kind: 'except', names: ['payment'] });
  });

  it('read TRUST_PROXY as a number of proxies, a switch or addresses', () => {
    const read = (text: string) => load({ TRUST_PROXY: text }).trustProxy;
    expect(['1', 'true', 'false', 'loopback, 10.0.0.0/8'].map(read)).to.deep.equal([
      1,
      true,
      false,
      'loopback, 10.0.0.0/8',
    ]);
  });

  it('are refused with every fault at once, and no secret shown', () => {
    const environment = {
      PORT: '99999',
      NODE_ENV: 'staging',
      LOG_LEVEL: 'loud',
      WATCH: 'perhaps',
      BODY_LIMIT: '1 furlong',
      EXTENSIONS: 'blog,-email',
      ROOT_API_KEY: 's3cret',
    };
    expect(() => load(environment)).to.throw(
      [
        'The settings of "kernel" are wrong:',
        '  - NODE_ENV (environment) is "staging", but must be one of "development", "production", "test".',
        '  - PORT (environment) is "99999", but must be an integer from 0 to 65535.',
        '  - LOG_LEVEL (environment) is "loud", but must be one of "silent", "fatal", "error", "warn", "info", "verbose", "debug", "sql", "trace".',
        '  - WATCH (environment) is "perhaps", but must be true or false.',
        '  - BODY_LIMIT (environment) is "1 furlong", but must be an integer of bytes ("64kb" and "1mb" are understood) of at least 0.',
        '  - EXTENSIONS mixes names with and without "-". Either name those to load or those to leave out.',
      ].join('\n'),
    );
  });

  it('do not show their secrets', () => {
    const settings = load({
      ROOT_API_KEY: 's3cret',
      DATABASE_URL: 'postgres://u:s3cret@db/x',
      JWT_SECRET: 's3cret',
    });
    expect(settings.rootApiKey).to.equal('s3cret');
    expect(JSON.stringify(settings)).not.to.include('s3cret');
  });

  it('are all described', () => {
    for (const { variable, description, type } of describeSettings(kernelSettings('development'), '')) {
      expect(description, variable).to.be.a('string');
      expect(type, variable).not.to.equal('a value');
    }
  });

  it('refuse times that no timer can hold, which would end at once', () => {
    for (const variable of ['REQUEST_TIMEOUT', 'SHUTDOWN_TIMEOUT', 'DRAIN_TIMEOUT']) {
      expect(() => load({ [variable]: '2147483648' })).to.throw(variable);
      expect(() => load({ [variable]: '2147483647' })).not.to.throw();
    }
  });
});
