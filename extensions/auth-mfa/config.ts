import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    required: Type.Enum(['none', 'admins', 'all'], {
      default: 'none',
      description: 'Who cannot log in without a second factor: who has none sets one up at the next login.',
    }),
    issuer: Type.String({
      default: 'Backplane',
      minLength: 1,
      maxLength: 60,
      pattern: '^[^:\\u0000-\\u001f]*$',
      description: 'What authenticator apps and messages call this application.',
    }),
    stepUpWithin: Type.Integer({
      default: 5 * 60,
      minimum: 1,
      unit: 's',
      description: 'How old a second factor may be where a route asks for a recent one.',
    }),
    loginLifetime: Type.Integer({
      default: 10 * 60,
      minimum: 1,
      unit: 's',
      description: 'How long the second step of a login may take.',
    }),
    codeLifetime: Type.Integer({
      default: 5 * 60,
      minimum: 1,
      unit: 's',
      description: 'How long a code of a message holds.',
    }),
    codeAttempts: Type.Integer({
      default: 5,
      minimum: 1,
      description: 'Attempts that a code of a message has; then it needs another.',
    }),
    deviceLifetime: Type.Integer({
      default: 30 * 24 * 60 * 60,
      minimum: 0,
      unit: 's',
      description: 'How long a remembered device needs no second step; 0: none is remembered.',
    }),
    throttleAttempts: Type.Integer({
      default: 5,
      minimum: 1,
      description:
        'Codes of an account that may be wrong, wherever they come from, before each must wait longer.',
    }),
  }),
);

export default config;
