import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../for-services-only.ts';

/** What a message carries to the owner of an address: good for one thing, once. */
export const OneTimeToken = defineEntity('auth.one-time-token', {
  fields: {
    purpose: Type.Enum(['verify-email', 'reset-password'], { write: false }),
    hash: Type.String({ maxLength: 43, unique: true, read: false, write: false }),
    expiresAt: Type.Timestamp({ write: false, index: true }),
  },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type OneTimeToken = Entity<typeof OneTimeToken>;

declare module 'backplane' {
  interface Entities {
    'auth.one-time-token': typeof OneTimeToken;
  }
}
