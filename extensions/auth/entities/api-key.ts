import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../for-services-only.ts';

/** A key with which a program acts for a user. */
export const ApiKey = defineEntity('auth.api-key', {
  fields: {
    name: Type.String({ maxLength: 100 }),
    /** The part of the key that is no secret: it finds the row, and tells people which key it is. */
    prefix: Type.String({ maxLength: 16, unique: true, write: false }),
    hash: Type.String({ maxLength: 43, read: false, write: false }),
    scopes: Type.Array(Type.String()),
    expiresAt: Type.Optional(Type.Timestamp()),
    lastUsedAt: Type.Optional(Type.Timestamp({ write: false })),
  },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  timestamps: true,
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type ApiKey = Entity<typeof ApiKey>;

declare module 'backplane' {
  interface Entities {
    'auth.api-key': typeof ApiKey;
  }
}
