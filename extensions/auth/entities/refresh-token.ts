import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../for-services-only.ts';

/** A refresh token of a session. Each is used once; whoever uses one again has stolen it, or was stolen from. */
export const RefreshToken = defineEntity('auth.refresh-token', {
  fields: {
    hash: Type.String({ maxLength: 43, unique: true, read: false, write: false }),
    expiresAt: Type.Timestamp({ write: false, index: true }),
    usedAt: Type.Optional(Type.Timestamp({ write: false })),
  },
  relations: { session: belongsTo('auth.session', { onDelete: 'cascade' }) },
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type RefreshToken = Entity<typeof RefreshToken>;

declare module 'backplane' {
  interface Entities {
    'auth.refresh-token': typeof RefreshToken;
  }
}
