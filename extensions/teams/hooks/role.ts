import { BackplaneError, hooks, problem } from 'backplane';
import { Role } from '../entities/role.ts';
import { assertHolds, rightsOfRole } from '../guard/holdings.ts';
import { assertMayChange } from '../guard/roles.ts';

export default [
  hooks.before(Role, 'update', async function checkRole(context) {
    const { id, input, previous } = context;
    assertMayChange(context, previous);
    await assertHolds(context, previous.teamId, await rightsOfRole(context, id));
    if (input.teamId === undefined || input.teamId === previous.teamId) return;
    const message = 'stays what it is: a role does not change teams. Make another one';
    throw new BackplaneError('INPUT_INVALID', {
      entity: Role.name,
      faults: [{ pointer: '/teamId', message }],
    });
  }),

  hooks.before(Role, 'delete', async function checkUnused(context) {
    const { id, previous, services } = context;
    if (previous.builtIn) {
      throw problem(409, `The role "${previous.name}" is built in, and stays.`, { code: 'ROLE_BUILT_IN' });
    }
    await assertHolds(context, previous.teamId, await rightsOfRole(context, id));
    const { knex } = services.teams.database;
    // As they are now: on MariaDB the transaction may have looked at something before it had to wait for others.
    const used = async (table: string, column: string): Promise<readonly unknown[]> =>
      knex(table).select('id').where(column, id).forShare();
    const uses = [
      ['memberships', await used('teams_memberships', 'role_id')],
      ['invitations', await used('teams_invitations', 'role_id')],
      ['roles that inherit from it', await used('teams_inheritances', 'inherited_id')],
    ] as const;
    const found = uses.flatMap(([what, { length }]) => (length === 0 ? [] : [`${length} ${what}`]));
    if (found.length === 0) return;
    throw problem(409, `The role is in use: ${found.join(', ')}. Take it from them first.`, {
      code: 'ROLE_IN_USE',
    });
  }),
];
