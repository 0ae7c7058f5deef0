import { belongsTo, can, defineEntity, type Entity, nobody, signedIn } from 'backplane';

/** A role has the grants of another besides its own. An entity, so that whoever adds one is checked as for any row. */
export const Inheritance = defineEntity('teams.inheritance', {
  fields: {},
  relations: {
    role: belongsTo('teams.role', { onDelete: 'cascade' }),
    inherited: belongsTo('teams.role', { onDelete: 'cascade' }),
  },
  unique: [['roleId', 'inheritedId']],
  access: {
    read: can('teams.role:read').or(signedIn().and({ role: { teamId: { isNull: true } } })),
    create: can('teams.role:administer'),
    update: nobody(),
    delete: can('teams.role:administer'),
  },
  expose: { rest: true, graphql: true },
});
export type Inheritance = Entity<typeof Inheritance>;

declare module 'backplane' {
  interface Entities {
    'teams.inheritance': typeof Inheritance;
  }
}
