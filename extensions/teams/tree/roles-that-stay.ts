import { problem, type Services } from 'backplane';
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
  // As they are now: on MariaDB the transaction may have looked at something before it had to wait for others.
  const used: readonly Readonly<Record<string, unknown>>[] = [
    ...(await knex('teams_memberships').select('role_id').whereIn('team_id', ids).forShare()),
    ...(await knex('teams_invitations').select('role_id').whereIn('team_id', ids).forShare()),
    ...(await knex('teams_inheritances')
      .join('teams_roles', 'teams_roles.id', 'teams_inheritances.role_id')
      .select('teams_inheritances.inherited_id as role_id')
      .whereIn('teams_roles.team_id', ids)
      .forShare()),
  ];
  const roles: readonly Readonly<Record<string, unknown>>[] = await knex('teams_roles')
    .select('name', 'team_id')
    .whereIn('id', [...new Set(used.map(({ role_id }) => String(role_id)))])
    .whereNotNull('team_id')
    .forShare();
  const left = roles.filter(({ team_id }) => !below.has(String(team_id)) && !above.has(String(team_id)));
  if (left.length === 0) return;
  const names = left.map(({ name }) => `"${name}"`).join(', ');
  throw problem(409, `Members of this team, or of one below, have roles that do not count there: ${names}.`, {
    code: 'ROLES_LEFT_BEHIND',
  });
}
