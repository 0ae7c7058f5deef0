import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../../auth/index.ts';

/** A factor that its owner has yet to confirm. It is asked for at no login. */
export const Enrolment = defineEntity('auth-mfa.enrolment', {
  fields: {
    type: Type.Enum(['totp', 'email', 'sms'], { write: false }),
    secret: Type.Optional(Type.String({ maxLength: 300, read: false, write: false })),
    phone: Type.Optional(Type.String({ maxLength: 16, read: false, write: false })),
    /** Another one for each beginning. */
    attempt: Type.String({ maxLength: 43, read: false, write: false }),
    expiresAt: Type.Timestamp({ write: false, index: true }),
  },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  unique: [['userId', 'type']],
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type Enrolment = Entity<typeof Enrolment>;

declare module 'backplane' {
  interface Entities {
    'auth-mfa.enrolment': typeof Enrolment;
  }
}
