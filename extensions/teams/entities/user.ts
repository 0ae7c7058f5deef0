import { extendEntity, hasMany } from 'backplane';

/** Users know what they are members of. */
export const TeamUser = extendEntity('auth.user', {
  relations: { memberships: hasMany('teams.membership', { key: 'userId' }) },
});

declare module 'backplane' {
  interface EntityExtensions {
    'teams/auth.user': typeof TeamUser;
  }
}
