import { belongsTo, defineEntity, type Entity, nobody, Type } from 'backplane';

/** Who has made which item. */
export const Audit = defineEntity('shop.audit', {
  fields: {
    action: Type.String({ maxLength: 20 }),
    actorId: Type.String({ format: 'uuid' }),
    at: Type.Timestamp(),
  },
  relations: { item: belongsTo('shop.item') },
  access: { read: nobody(), create: nobody(), update: nobody(), delete: nobody(), aggregate: nobody() },
  expose: { rest: false, graphql: false },
});
export type Audit = Entity<typeof Audit>;

declare module 'backplane' {
  interface Entities {
    'shop.audit': typeof Audit;
  }
}
