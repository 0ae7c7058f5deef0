import { Type } from 'backplane';

/** An object that takes what it names and nothing else. */
export const closed = { additionalProperties: false } as const;

export const Code = Type.String({
  minLength: 6,
  maxLength: 40,
  examples: ['123456'],
  description: 'Six digits, or a recovery code.',
});

export const MfaToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What the login gave.',
});

/** Instead of an access token, where a login asks for a factor to be set up. */
export const OptionalToken = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 200,
    description:
      'What a login gave that asks for a factor to be set up; without it, an access token is needed.',
  }),
);

export const MethodName = Type.Enum(['totp', 'email', 'sms', 'recovery']);
export const FactorName = Type.Enum(['totp', 'email', 'sms']);
export const ChannelName = Type.Enum(['email', 'sms']);

export const Phone = Type.String({
  pattern: '^\\+[1-9][0-9]{6,14}$',
  examples: ['+442079460958'],
  description: 'E.164.',
});
