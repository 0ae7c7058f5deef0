import { defineAuthority } from 'backplane';

/** What the actor says. */
export default defineAuthority({
  name: 'granted',
  grants: ({ actor, permission }) => actor.granted?.[permission] ?? [],
});
