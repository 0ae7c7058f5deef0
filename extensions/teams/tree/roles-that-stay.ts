import { problem, type Services } from 'backplane';
import { Role } from '../entities/role.ts';
import { lineOf, subtree } from './closure.ts';

/**
 * The roles of a team are given in it and below. A team that is moved from under them would keep people whose roles strangers
 * may change.
 *
 * @throws HttpError 409 ROLES_LEFT_BEHIND
 */
export async function assertRolesStay(
  data: Services['data'],
  teamId: string,
  parentId: string,
): Promise<void> {
  const below = await subtree(data, teamId);
  const above = await lineOf(data, parentId);
  const { knex } = data.database();
  const ids = [...below];
  const used: readonly Readonly<Record<string, unknown>>[] = [
    ...(await knex('teams_memberships').distinct('role_id').whereIn('team_id', ids)),
    ...(await knex('teams_invitations').distinct('role_id').whereIn('team_id', ids)),
    ...(await knex('teams_inheritances')
      .join('teams_roles', 'teams_roles.id', 'teams_inheritances.role_id')
      .distinct('teams_inheritances.inherited_id as role_id')
      .whereIn('teams_roles.team_id', ids)),
  ];
  const roles = await data
    .repository(Role)
    .query()
    .whereIn('id', [...new Set(used.map(({ role_id }) => String(role_id)))])
    .get();
  const left = roles.filter(
    (role) => role.teamId !== null && !below.has(role.teamId) && !above.has(role.teamId),
  );
  if (left.length === 0) return;
  const names = left.map(({ name }) => `"${name}"`).join(', ');
  throw problem(409, `Members of this team, or of one below, have roles that do not count there: ${names}.`, {
    code: 'ROLES_LEFT_BEHIND',
  });
}
