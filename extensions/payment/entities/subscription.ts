import { belongsTo, defineEntity, type Entity, Type } from 'backplane';
import { subscriptionStates } from '../contract/objects.ts';
import { ownStates, recordAccess, recordFields } from '../records/shared.ts';

/** Money that is asked for again and again. */
export const Subscription = defineEntity('payment.subscription', {
  fields: {
    ...recordFields,
    status: Type.Enum([...ownStates, ...subscriptionStates], { index: true, write: false }),
    /** The provider's id of the plan. */
    price: Type.String({ maxLength: 255, write: false }),
    quantity: Type.Integer({ default: 1, minimum: 0, write: false }),
    cancelAtPeriodEnd: Type.Boolean({ default: false, write: false }),
    currentPeriodEnd: Type.Optional(Type.Timestamp({ write: false })),
    endedAt: Type.Optional(Type.Timestamp({ write: false })),
    failureCode: Type.Optional(Type.String({ maxLength: 100, write: false })),
  },
  relations: { customer: belongsTo('payment.customer') },
  timestamps: true,
  access: recordAccess('payment.subscription'),
  example: () => ({
    operationId: `subscription-${crypto.randomUUID()}`,
    status: 'active',
    price: 'price_basic',
  }),
});
export type Subscription = Entity<typeof Subscription>;

declare module 'backplane' {
  interface Entities {
    'payment.subscription': typeof Subscription;
  }
}
