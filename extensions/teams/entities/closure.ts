import { belongsTo, defineEntity, type Entity, nobody, Type } from 'backplane';

/** A team and one above it, or itself: the tree as pairs, so that one step of a query sees all of it. */
export const Closure = defineEntity('teams.closure', {
  fields: {
    /** How far above; 0: itself. */
    depth: Type.Integer({ write: false }),
  },
  relations: {
    ancestor: belongsTo('teams.team', { onDelete: 'cascade' }),
    descendant: belongsTo('teams.team', { onDelete: 'cascade' }),
  },
  unique: [['descendantId', 'ancestorId']],
  indexes: [['ancestorId', 'descendantId']],
  access: { read: nobody(), create: nobody(), update: nobody(), delete: nobody(), aggregate: nobody() },
  expose: { rest: false, graphql: false },
});
export type Closure = Entity<typeof Closure>;

declare module 'backplane' {
  interface Entities {
    'teams.closure': typeof Closure;
  }
}
