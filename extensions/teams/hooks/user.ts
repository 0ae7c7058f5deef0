import { hooks, isRoot } from 'backplane';
import { assertNoLastOwner } from '../guard/owners.ts';

/** With a user their memberships go, by the database itself. */
export default [
  ...(['delete', 'deleteMany'] as const).map((operation) =>
    hooks.before('auth.user', operation, ({ services }) => services.teams.changed(), {
      priority: 1000,
      id: 'raise the permission epoch',
    }),
  ),

  hooks.before('auth.user', 'delete', async function checkTeamsOfUser(context) {
    const { actor, id } = context;
    if (actor !== undefined && !isRoot(actor)) await assertNoLastOwner(context, id);
  }),
];
