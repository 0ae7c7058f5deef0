import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../../auth/index.ts';

/** The code of a message: the last one of its channel. */
export const SentCode = defineEntity('auth-mfa.sent-code', {
  fields: {
    channel: Type.Enum(['email', 'sms'], { write: false }),
    /** What it is good for: one login, one session, one enrolment. */
    context: Type.String({ maxLength: 100, read: false, write: false }),
    /** By a key that is derived from JWT_SECRET: whoever reads the database cannot try all codes. */
    hash: Type.String({ maxLength: 43, read: false, write: false }),
    attemptsLeft: Type.Integer({ write: false }),
    expiresAt: Type.Timestamp({ write: false, index: true }),
  },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  unique: [['userId', 'channel']],
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type SentCode = Entity<typeof SentCode>;

declare module 'backplane' {
  interface Entities {
    'auth-mfa.sent-code': typeof SentCode;
  }
}
