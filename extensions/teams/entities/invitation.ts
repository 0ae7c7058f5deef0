import { belongsTo, can, defineEntity, type Entity, nobody, Type } from 'backplane';

/** Whoever has the token, and this address, may become a member. Good once, for a time. */
export const Invitation = defineEntity('teams.invitation', {
  fields: {
    email: Type.String({ format: 'email', maxLength: 254 }),
    tokenHash: Type.String({ maxLength: 43, unique: true, read: false, write: false }),
    expiresAt: Type.Timestamp({ write: false }),
    acceptedAt: Type.Optional(Type.Timestamp({ write: false })),
  },
  relations: {
    team: belongsTo('teams.team', { onDelete: 'cascade' }),
    role: belongsTo('teams.role', { onDelete: 'cascade' }),
    /** None: by the application itself, or by root. */
    invitedBy: belongsTo('auth.user', { optional: true, onDelete: 'cascade' }),
  },
  timestamps: true,
  sort: ['createdAt'],
  access: {
    read: can('teams.invitation:administer'),
    create: can('teams.invitation:administer'),
    update: nobody(),
    delete: can('teams.invitation:administer'),
  },
  expose: { rest: true, graphql: true },
});
export type Invitation = Entity<typeof Invitation>;

declare module 'backplane' {
  interface Entities {
    'teams.invitation': typeof Invitation;
  }
}
