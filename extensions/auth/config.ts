import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    secret: Type.String({
      variable: 'JWT_SECRET',
      secret: true,
      minLength: 32,
      description: 'Encrypts the signing keys in the database, or signs tokens itself with HS256.',
    }),
    algorithm: Type.Enum(['ES256', 'ES384', 'RS256', 'PS256', 'HS256'], {
      default: 'ES256',
      description:
        'How access tokens are signed: by keys that are made, kept encrypted and rotated, or with HS256 by JWT_SECRET.',
    }),
    issuer: Type.String({
      default: 'backplane',
      minLength: 1,
      description: 'The claim "iss" of access tokens.',
    }),
    audience: Type.String({
      default: 'backplane',
      minLength: 1,
      description: 'The claim "aud" of access tokens.',
    }),
    accessTokenLifetime: Type.Integer({
      default: 15 * 60,
      minimum: 1,
      unit: 's',
      description: 'How long an access token holds.',
    }),
    refreshTokenLifetime: Type.Integer({
      default: 30 * 24 * 60 * 60,
      minimum: 1,
      unit: 's',
      description: 'How long a refresh token holds; each use gives another one.',
    }),
    sessionLifetime: Type.Integer({
      default: 90 * 24 * 60 * 60,
      minimum: 1,
      unit: 's',
      description: 'When a session ends although it is used.',
    }),
    sessionCheck: Type.Integer({
      default: 10,
      minimum: 0,
      unit: 's',
      description:
        'How long a process relies on what it knows of a session, user or key before it asks the database again; 0 asks each time.',
    }),
    credentialCache: Type.Integer({
      default: 10_000,
      minimum: 0,
      description: 'Checked tokens and API keys that a process remembers at most.',
    }),
    registration: Type.Boolean({ default: true, description: 'May anybody register?' }),
    registrationDomains: Type.Array(Type.String({ minLength: 3 }), {
      default: [],
      description:
        'Domains whose addresses may register, with those below them: "example.org". All when unset.',
    }),
    requireVerifiedEmail: Type.Optional(
      Type.Boolean({
        description: 'Log in only with a verified address? By default in production only.',
      }),
    ),
    verificationUrl: Type.Optional(
      Type.String({
        pattern: '\\{token\\}',
        description:
          'Page that verifies an address, for messages: "https://app.example.org/verify?token={token}".',
      }),
    ),
    resetUrl: Type.Optional(
      Type.String({
        pattern: '\\{token\\}',
        description: 'Page that sets a new password: "https://app.example.org/reset?token={token}".',
      }),
    ),
    verificationLifetime: Type.Integer({
      default: 24 * 60 * 60,
      minimum: 1,
      unit: 's',
      description: 'How long a token that verifies an address holds.',
    }),
    resetLifetime: Type.Integer({
      default: 60 * 60,
      minimum: 1,
      unit: 's',
      description: 'How long a token that resets a password holds.',
    }),
    passwordMinLength: Type.Integer({
      default: 12,
      minimum: 8,
      maximum: 64,
      description: 'Characters that a new password needs at least.',
    }),
    argon2Memory: Type.Integer({
      default: 19_456,
      minimum: 8,
      unit: 'KiB',
      description: 'Memory that hashing a password takes.',
    }),
    argon2Passes: Type.Integer({ default: 2, minimum: 1, description: 'Passes over that memory.' }),
    argon2Parallelism: Type.Integer({ default: 1, minimum: 1, maximum: 16, description: 'Lanes of it.' }),
    hashesAtOnce: Type.Integer({
      default: 2,
      minimum: 1,
      description: 'Passwords that a process hashes at the same time; Node has four threads for such work.',
    }),
    hashesWaiting: Type.Integer({
      default: 64,
      minimum: 0,
      description: 'Passwords that may wait for it; more are refused with 503.',
    }),
    throttleAttempts: Type.Integer({
      default: 5,
      minimum: 1,
      description: 'Logins that may fail for an account from one address before each must wait longer.',
    }),
    throttleAddressAttempts: Type.Integer({
      default: 50,
      minimum: 1,
      description:
        'The same for an address over all accounts, and for its registrations and requests of messages.',
    }),
    throttleMaximum: Type.Integer({
      default: 15 * 60,
      minimum: 1,
      unit: 's',
      description: 'The longest wait; attempts older than that are forgotten.',
    }),
  }),
);

export default config;
