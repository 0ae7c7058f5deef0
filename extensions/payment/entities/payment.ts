import { belongsTo, defineEntity, type Entity, hasMany, Type } from 'backplane';
import { paymentStates } from '../contract/objects.ts';
import { ownStates, recordAccess, recordFields } from '../records/shared.ts';

/** Money that is asked for once. What a payer's browser needs is not kept: it is asked for when it is needed. */
export const Payment = defineEntity('payment.payment', {
  fields: {
    ...recordFields,
    status: Type.Enum([...ownStates, ...paymentStates], { index: true, write: false }),
    /** Minor units. */
    amount: Type.Integer({ minimum: 0, write: false }),
    currency: Type.String({ minLength: 3, maxLength: 3, write: false }),
    /** What has arrived, what could still be captured, and what was given back; minor units. */
    received: Type.Integer({ default: 0, minimum: 0, write: false }),
    capturable: Type.Integer({ default: 0, minimum: 0, write: false }),
    refunded: Type.Integer({ default: 0, minimum: 0, write: false }),
    description: Type.Optional(Type.String({ maxLength: 500, write: false })),
    failureCode: Type.Optional(Type.String({ maxLength: 100, write: false })),
    /** What the payer has to do. */
    action: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { write: false })),
  },
  relations: {
    customer: belongsTo('payment.customer', { optional: true }),
    refunds: hasMany('payment.refund'),
  },
  timestamps: true,
  access: recordAccess('payment.payment'),
  example: () => ({
    operationId: `payment-${crypto.randomUUID()}`,
    status: 'planned',
    amount: 1999,
    currency: 'EUR',
  }),
});
export type Payment = Entity<typeof Payment>;

declare module 'backplane' {
  interface Entities {
    'payment.payment': typeof Payment;
  }
}
