import { belongsTo, can, defineEntity, type Entity } from 'backplane';

/** A user has a role in a team, and in the teams below. They may have several. */
export const Membership = defineEntity('teams.membership', {
  fields: {},
  relations: {
    user: belongsTo('auth.user', { onDelete: 'cascade' }),
    team: belongsTo('teams.team', { onDelete: 'cascade' }),
    role: belongsTo('teams.role', { onDelete: 'cascade' }),
  },
  timestamps: true,
  // In the order in which rows of other entities ask: whose they are, who asks, by which role.
  unique: [['teamId', 'userId', 'roleId']],
  sort: ['createdAt'],
  access: {
    read: can('teams.membership:read').or({ userId: { eq: '$actor.id' } }),
    create: can('teams.membership:administer'),
    update: can('teams.membership:administer'),
    // Everybody may leave.
    delete: can('teams.membership:administer').or({ userId: { eq: '$actor.id' } }),
  },
  expose: { rest: true, graphql: true },
});
export type Membership = Entity<typeof Membership>;

declare module 'backplane' {
  interface Entities {
    'teams.membership': typeof Membership;
  }
}
