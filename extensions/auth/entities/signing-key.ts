import { defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../for-services-only.ts';

/** A key that signs access tokens. Those that are retired still verify for a while. */
export const SigningKey = defineEntity('auth.signing-key', {
  fields: {
    /** What a token's header names it by. */
    kid: Type.String({ maxLength: 43, unique: true, write: false }),
    algorithm: Type.String({ maxLength: 10, write: false }),
    /** Encrypted by a key that is derived from JWT_SECRET. */
    privateKey: Type.String({ read: false, write: false }),
    retiredAt: Type.Optional(Type.Timestamp({ write: false })),
    /** When it stops to verify, once it is retired. */
    verifiesUntil: Type.Optional(Type.Timestamp({ write: false })),
  },
  timestamps: true,
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type SigningKey = Entity<typeof SigningKey>;

declare module 'backplane' {
  interface Entities {
    'auth.signing-key': typeof SigningKey;
  }
}
