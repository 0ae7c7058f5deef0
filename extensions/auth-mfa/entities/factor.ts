import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../../auth/index.ts';

/** A second factor that its owner has confirmed. */
export const Factor = defineEntity('auth-mfa.factor', {
  fields: {
    type: Type.Enum(['totp', 'email', 'sms'], { write: false }),
    /** Of an authenticator app, encrypted. */
    secret: Type.Optional(Type.String({ maxLength: 300, read: false, write: false })),
    phone: Type.Optional(Type.String({ maxLength: 16, read: false, write: false })),
    /** The time step of the last code of an authenticator app: neither it nor an earlier one counts again. */
    lastStep: Type.Optional(Type.Integer({ write: false })),
    lastUsedAt: Type.Optional(Type.Timestamp({ write: false })),
  },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  unique: [['userId', 'type']],
  timestamps: true,
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type Factor = Entity<typeof Factor>;

declare module 'backplane' {
  interface Entities {
    'auth-mfa.factor': typeof Factor;
  }
}
