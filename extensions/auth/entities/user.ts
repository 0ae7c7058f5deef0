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
  // Everybody sees themselves. People make and change their accounts by the routes of this extension.
  access: { read: can('auth.user:read').or({ id: { eq: '$actor.id' } }) },
  example: (fake) => ({ email: fake.internet.email().toLowerCase(), name: fake.person.fullName() }),
});
export type User = Entity<typeof User>;

declare module 'backplane' {
  interface Entities {
    'auth.user': typeof User;
  }
}
