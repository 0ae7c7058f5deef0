import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { refundStates } from '../contract/objects.ts';
import { recordAccess, recordFields } from '../records/shared.ts';

/** Money that goes back. */
export const Refund = defineEntity('payment.refund', {
  fields: {
    ...recordFields,
    status: Type.Enum(['planned', 'unknown', ...refundStates], { index: true, write: false }),
    /** Minor units, in the currency of the payment. */
    amount: Type.Integer({ minimum: 1, write: false }),
    reason: Type.Optional(Type.String({ maxLength: 30, write: false })),
    failureCode: Type.Optional(Type.String({ maxLength: 100, write: false })),
  },
  relations: { payment: belongsTo('payment.payment') },
  timestamps: true,
  access: recordAccess('payment.refund'),
  example: () => ({ operationId: `refund-${crypto.randomUUID()}`, status: 'planned', amount: 500 }),
});
export type Refund = Entity<typeof Refund>;

declare module 'backplane' {
  interface Entities {
    'payment.refund': typeof Refund;
  }
}
