import { defineEntity, type Entity, hasMany, Type } from 'backplane';
import { ownStates, recordAccess, recordFields } from '../records/shared.ts';

/** Somebody who pays, as a provider knows them. */
export const Customer = defineEntity('payment.customer', {
  fields: {
    ...recordFields,
    status: Type.Enum([...ownStates, 'active', 'deleted'], { index: true, write: false }),
    /** Of the application: a user's id. */
    owner: Type.Optional(Type.String({ maxLength: 200, index: true, write: false })),
    email: Type.Optional(Type.String({ maxLength: 500, write: false })),
    name: Type.Optional(Type.String({ maxLength: 500, write: false })),
    failureCode: Type.Optional(Type.String({ maxLength: 100, write: false })),
  },
  relations: {
    payments: hasMany('payment.payment'),
    subscriptions: hasMany('payment.subscription'),
  },
  timestamps: true,
  access: recordAccess('payment.customer'),
  example: () => ({ operationId: `customer-${crypto.randomUUID()}`, status: 'active' }),
});
export type Customer = Entity<typeof Customer>;

declare module 'backplane' {
  interface Entities {
    'payment.customer': typeof Customer;
  }
}
