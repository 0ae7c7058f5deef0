import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../../auth/index.ts';

/** A device that needs no second step for a while. */
export const Device = defineEntity('auth-mfa.device', {
  fields: {
    hash: Type.String({ maxLength: 43, unique: true, read: false, write: false }),
    /** Of the password that it was remembered with: with another one it is a stranger. */
    stamp: Type.String({ maxLength: 43, read: false, write: false }),
    userAgent: Type.Optional(Type.String({ maxLength: 300, write: false })),
    ip: Type.Optional(Type.String({ maxLength: 45, write: false })),
    lastUsedAt: Type.Timestamp({ write: false }),
    expiresAt: Type.Timestamp({ write: false, index: true }),
  },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  timestamps: true,
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type Device = Entity<typeof Device>;

declare module 'backplane' {
  interface Entities {
    'auth-mfa.device': typeof Device;
  }
}
