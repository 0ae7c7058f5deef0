import { defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../for-services-only.ts';

/** How often somebody tried something lately. */
export const Throttle = defineEntity('auth.throttle', {
  fields: {
    /** Digest of what is counted, so that no address or account can be read here. */
    key: Type.String({ maxLength: 43, unique: true, read: false, write: false }),
    attempts: Type.Integer({ write: false }),
    lastAt: Type.Timestamp({ write: false, index: true }),
    blockedUntil: Type.Optional(Type.Timestamp({ write: false })),
  },
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type Throttle = Entity<typeof Throttle>;

declare module 'backplane' {
  interface Entities {
    'auth.throttle': typeof Throttle;
  }
}
