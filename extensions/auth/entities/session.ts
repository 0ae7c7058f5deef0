import { belongsTo, defineEntity, type Entity, hasMany, Type } from 'backplane';
import { forServicesOnly } from '../for-services-only.ts';

/** One login on one device, and the family of refresh tokens that goes on from it. */
export const Session = defineEntity('auth.session', {
  fields: {
    lastUsedAt: Type.Timestamp({ write: false }),
    expiresAt: Type.Timestamp({ write: false, index: true }),
    revokedAt: Type.Optional(Type.Timestamp({ write: false })),
    userAgent: Type.Optional(Type.String({ maxLength: 300, write: false })),
    ip: Type.Optional(Type.String({ maxLength: 45, write: false })),
    /** What its tokens may do at most. */
    scopes: Type.Optional(Type.Array(Type.String(), { write: false })),
    /** How its user was recognised, by RFC 8176: `pwd`, `otp`, `mfa`. */
    amr: Type.Optional(Type.Array(Type.String(), { write: false })),
    /** When that was last; the login if it is not said. */
    authenticatedAt: Type.Optional(Type.Timestamp({ write: false })),
    /** When a second factor was given last. */
    secondFactorAt: Type.Optional(Type.Timestamp({ write: false })),
  },
  relations: {
    user: belongsTo('auth.user', { onDelete: 'cascade' }),
    refreshTokens: hasMany('auth.refresh-token', { onDelete: 'cascade' }),
  },
  timestamps: true,
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type Session = Entity<typeof Session>;

declare module 'backplane' {
  interface Entities {
    'auth.session': typeof Session;
  }
}
