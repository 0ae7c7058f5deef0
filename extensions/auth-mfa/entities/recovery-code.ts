import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { forServicesOnly } from '../../auth/index.ts';

/** A code for when no other factor is at hand. Using it deletes it. */
export const RecoveryCode = defineEntity('auth-mfa.recovery-code', {
  fields: { hash: Type.String({ maxLength: 43, read: false, write: false }) },
  relations: { user: belongsTo('auth.user', { onDelete: 'cascade' }) },
  unique: [['userId', 'hash']],
  access: forServicesOnly,
  expose: { rest: false, graphql: false },
});
export type RecoveryCode = Entity<typeof RecoveryCode>;

declare module 'backplane' {
  interface Entities {
    'auth-mfa.recovery-code': typeof RecoveryCode;
  }
}
