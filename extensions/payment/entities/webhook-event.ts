import { can, defineEntity, type Entity, nobody, Type } from 'backplane';

/** An event of a provider that was heard: it is not heard again. What was in it is not kept. */
export const WebhookEvent = defineEntity('payment.webhook-event', {
  fields: {
    instance: Type.String({ maxLength: 100, write: false }),
    eventId: Type.String({ maxLength: 255, write: false }),
    type: Type.String({ maxLength: 200, index: true, write: false }),
    /** `applied` to a record; `outdated`: the record knew more already; `ignored`: nothing that we have made. */
    outcome: Type.Enum(['applied', 'outdated', 'ignored'], { write: false }),
    /** Of the record. */
    recordId: Type.Optional(Type.String({ format: 'uuid', index: true, write: false })),
  },
  unique: [['instance', 'eventId']],
  timestamps: true,
  access: {
    read: can('payment.webhook-event:read'),
    create: nobody(),
    update: nobody(),
    delete: nobody(),
    aggregate: nobody(),
  },
  example: () => ({
    instance: 'main',
    eventId: `evt_${crypto.randomUUID()}`,
    type: 'payment.succeeded',
    outcome: 'applied',
  }),
});
export type WebhookEvent = Entity<typeof WebhookEvent>;

declare module 'backplane' {
  interface Entities {
    'payment.webhook-event': typeof WebhookEvent;
  }
}
