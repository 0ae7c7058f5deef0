import { belongsTo, can, defineEntity, type Entity, signedIn, Type } from 'backplane';

/** What whoever has the role may do, in the team where they have it and below. */
export const RoleGrant = defineEntity('teams.grant', {
  fields: {
    /** A permission, `blog.post:read`, or a pattern of some: `blog.*:read`, `*:read`, `*`. */
    permission: Type.String({ minLength: 1, maxLength: 200 }),
    /** Only these fields, beside `id`. */
    fields: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 200 })),
    /** Only the rows that satisfy it; `$actor.id` in it is who asks. */
    filter: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  relations: { role: belongsTo('teams.role', { onDelete: 'cascade' }) },
  timestamps: true,
  access: {
    read: can('teams.role:read').or(signedIn().and({ role: { teamId: { isNull: true } } })),
    create: can('teams.role:administer'),
    update: can('teams.role:administer'),
    delete: can('teams.role:administer'),
  },
  expose: { rest: true, graphql: true },
  example: () => ({ permission: 'blog.post:read' }),
});
export type RoleGrant = Entity<typeof RoleGrant>;

declare module 'backplane' {
  interface Entities {
    'teams.grant': typeof RoleGrant;
  }
}
