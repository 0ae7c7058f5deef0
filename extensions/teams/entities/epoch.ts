import { defineEntity, type Entity, nobody, Type } from 'backplane';

/** One row, whose number grows with every change of rights: by it processes know that what they keep is old. */
export const Epoch = defineEntity('teams.epoch', {
  fields: { number: Type.Integer({ write: false }) },
  table: 'teams_epoch',
  access: { read: nobody(), create: nobody(), update: nobody(), delete: nobody(), aggregate: nobody() },
  expose: { rest: false, graphql: false },
});
export type Epoch = Entity<typeof Epoch>;

declare module 'backplane' {
  interface Entities {
    'teams.epoch': typeof Epoch;
  }
}
