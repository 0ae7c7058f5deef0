import { expect } from 'chai';
import { Type } from '../../kernel/schema/index.ts';
import {
  defineSettings,
  describeSettings,
  isSettingsSchema,
  settingConflicts,
  settingsPrefix,
  variableName,
} from '../../kernel/settings/index.ts';

describe('the variable of a setting', () => {
  const cases: readonly [extension: string, path: readonly string[], variable: string][] = [
    ['blog', ['title'], 'BLOG_TITLE'],
    ['auth-mfa', ['apiKey'], 'AUTH_MFA_API_KEY'],
    ['blog', ['server', 'maxSize'], 'BLOG_SERVER_MAX_SIZE'],
    ['s3', ['baseURL'], 'S3_BASE_URL'],
    ['s3', ['s3Bucket'], 'S3_S3_BUCKET'],
    ['x', ['HTMLTitle'], 'X_HTML_TITLE'],
  ];
  for (const [extension, path, variable] of cases) {
    it(`is ${variable} for ${path.join('.')} of ${extension}`, () => {
      expect(variableName(settingsPrefix(extension), path)).to.equal(variable);
    });
  }

  it('has no prefix in the kernel', () => {
    expect(variableName('', ['rootApiKey'])).to.equal('ROOT_API_KEY');
  });
});

describe('the description of settings', () => {
  it('lists field, variable, type, default, and whether it is required and secret', () => {
    const schema = defineSettings(
      Type.Object({
        apiKey: Type.String({ secret: true, description: 'Key of the service' }),
        server: Type.Object({ port: Type.Integer({ default: 80, minimum: 1, maximum: 65_535 }) }),
        mode: Type.Optional(Type.Union([Type.Literal('fast'), Type.Literal('safe')])),
        proxy: Type.Optional(Type.Object({ url: Type.String({ pattern: '^http' }) })),
      }),
    );
    const none = { default: undefined, description: undefined, required: false, secret: false };
    expect(describeSettings(schema, 'MAIL')).to.deep.equal([
      {
        ...none,
        field: 'apiKey',
        variable: 'MAIL_API_KEY',
        type: 'text',
        required: true,
        secret: true,
        description: 'Key of the service',
      },
      {
        ...none,
        field: 'server.port',
        variable: 'MAIL_SERVER_PORT',
        type: 'an integer from 1 to 65535',
        default: 80,
      },
      { ...none, field: 'mode', variable: 'MAIL_MODE', type: 'one of "fast", "safe"' },
      { ...none, field: 'proxy.url', variable: 'MAIL_PROXY_URL', type: 'text that matches /^http/' },
    ]);
  });
});

describe('settings that collide', () => {
  it('are refused within one schema', () => {
    const schema = Type.Object({ apiKey: Type.String(), api: Type.Object({ key: Type.String() }) });
    expect(() => defineSettings(schema))
      .to.throw('"apiKey", "api.key"')
      .with.property('code', 'SETTINGS_AMBIGUOUS');
  });

  it('are reported with both owners', () => {
    const field = (name: string) => defineSettings(Type.Object({ [name]: Type.String() }));
    const [conflict, ...others] = settingConflicts([
      { owner: 'auth', prefix: 'AUTH', schema: field('mfaApiKey') },
      { owner: 'auth-mfa', prefix: 'AUTH_MFA', schema: field('apiKey') },
      { owner: 'blog', prefix: 'BLOG', schema: field('title') },
    ]);
    expect(others).to.deep.equal([]);
    expect(conflict?.message).to.equal(
      'AUTH_MFA_API_KEY would set "mfaApiKey" of "auth" and "apiKey" of "auth-mfa". ' +
        'Rename the field in one of them or disable one of the extensions.',
    );
  });
});

describe('a settings schema', () => {
  it('is told from a bare schema', () => {
    expect(isSettingsSchema(defineSettings(Type.Object({})))).to.equal(true);
    expect(isSettingsSchema(Type.Object({}))).to.equal(false);
    expect(isSettingsSchema(undefined)).to.equal(false);
  });
});
