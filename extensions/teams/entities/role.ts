import { belongsTo, can, defineEntity, type Entity, hasMany, signedIn, Type } from 'backplane';

/** A name for grants. It is given in the team that it belongs to and below; one that belongs to none, everywhere. */
export const Role = defineEntity('teams.role', {
  fields: {
    name: Type.String({ minLength: 1, maxLength: 100, index: true }),
    builtIn: Type.Boolean({ default: false, write: false }),
  },
  relations: {
    team: belongsTo('teams.team', { optional: true, onDelete: 'cascade' }),
    grants: hasMany('teams.grant', { onDelete: 'cascade' }),
    /** The roles whose grants it has, too. */
    inherits: hasMany('teams.inheritance', { key: 'roleId', onDelete: 'cascade' }),
    memberships: hasMany('teams.membership', { onDelete: 'cascade' }),
  },
  timestamps: true,
  sort: ['name', 'createdAt'],
  access: {
    read: can('teams.role:read').or(signedIn().and({ teamId: { isNull: true } })),
    create: can('teams.role:administer'),
    update: can('teams.role:administer'),
    delete: can('teams.role:administer'),
  },
  expose: { rest: true, graphql: true },
  example: (fake) => ({ name: fake.person.jobTitle().slice(0, 100) }),
});
export type Role = Entity<typeof Role>;

declare module 'backplane' {
  interface Entities {
    'teams.role': typeof Role;
  }
}
