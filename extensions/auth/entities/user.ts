import { can, defineEntity, type Entity, hasMany, Type } from 'backplane';

/** Somebody who may log in. */
export const User = defineEntity('auth.user', {
  fields: {
    /** In lower case. */
    email: Type.String({ maxLength: 254, format: 'email', unique: true }),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    /** PHC string; none where another strategy knows who it is. */
    passwordHash: Type.Optional(Type.String({ maxLength: 255, read: false, write: false })),
    emailVerifiedAt: Type.Optional(Type.Timestamp({ write: false })),
    admin: Type.Boolean({ default: false, write: false }),
    disabledAt: Type.Optional(Type.Timestamp({ write: false })),
  },
  relations: {
    sessions: hasMany('auth.session', { onDelete: 'cascade' }),
    apiKeys: hasMany('auth.api-key', { onDelete: 'cascade' }),
  },
  timestamps: true,
  // People make and change their accounts by the routes of this extension. Whoever could set the address of somebody else could
  // take over their account: that is an action of its own, which no `*:update` covers.
  access: {
    read: can('auth.user:administer')
      .or(can('auth.user:read').fields('email', 'name', 'createdAt', 'updatedAt'))
      .or({ id: { eq: '$actor.id' } }),
    create: can('auth.user:administer'),
    update: can('auth.user:administer'),
    delete: can('auth.user:administer'),
  },
  example: (fake) => ({ email: fake.internet.email().toLowerCase(), name: fake.person.fullName() }),
});
export type User = Entity<typeof User>;

declare module 'backplane' {
  interface Entities {
    'auth.user': typeof User;
  }
}
