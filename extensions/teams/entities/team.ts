import { belongsTo, can, defineEntity, defineScope, type Entity, hasMany, signedIn, Type } from 'backplane';
import { rootTeamId } from '../built-in.ts';

/** A group of people, and what belongs to it. All but the root team lie below another. */
export const Team = defineEntity('teams.team', {
  fields: { name: Type.String({ minLength: 1, maxLength: 100, index: true }) },
  relations: {
    parent: belongsTo('teams.team', { optional: true }),
    children: hasMany('teams.team', { key: 'parentId' }),
    ancestry: hasMany('teams.closure', { key: 'descendantId', onDelete: 'cascade' }),
    memberships: hasMany('teams.membership', { onDelete: 'cascade' }),
    roles: hasMany('teams.role', { onDelete: 'cascade' }),
    invitations: hasMany('teams.invitation', { onDelete: 'cascade' }),
  },
  timestamps: true,
  sort: ['name', 'createdAt'],
  access: {
    read: can('teams.team:read').or(signedIn().and({ id: { eq: rootTeamId } })),
    // Whether everybody may is a setting, which a hook asks.
    create: can('teams.team:add').or(signedIn().and({ parentId: { eq: rootTeamId } })),
    update: can('teams.team:administer'),
    delete: can('teams.team:administer'),
  },
  expose: { rest: true, graphql: true },
  example: (fake) => ({ name: fake.company.name().slice(0, 100), parentId: rootTeamId }),
});
export type Team = Entity<typeof Team>;

/** For entities whose rows each belong to a team: `scope: 'team'`. */
export const teamScope = defineScope('team', belongsTo('teams.team'));

declare module 'backplane' {
  interface Entities {
    'teams.team': typeof Team;
  }
}
