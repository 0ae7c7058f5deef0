import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../../auth/index.ts';

/** A login of which the password was right, before its second step. */
export const PendingLogin = defineEntity('auth-mfa.pending-login', {
  fields: {
    hash: Type.String({ maxLength: 43, unique: true, read: false, write: false }),
    /** `enrol`: there is no factor yet, and one has to be set up. */
    purpose: Type.Enum(['verify', 'enrol'], { write: false }),
    /** Of the password: with another one it is over. */
    stamp: Type.String({ maxLength: 43, read: false, write: false }),
    scopes: Type.Optional(Type.Array(Type.String(), { write: false })),
    /** How its user was recognised in the first step, by RFC 8176. */
    amr: Type.Optional(Type.Array(Type.String(), { write: false })),
    expiresAt: Type.Timestamp({ write: false, index: true }),
  },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type PendingLogin = Entity<typeof PendingLogin>;

declare module 'backplane' {
  interface Entities {
    'auth-mfa.pending-login': typeof PendingLogin;
  }
}
