import { problem } from 'backplane';
import { builtInRoles, rootTeamId } from '../built-in.ts';
import type { Membership } from '../entities/membership.ts';
import { Team } from '../entities/team.ts';
import type { Changer } from './holdings.ts';

/**
 * A team keeps an owner. The root team needs none: there is the root API key.
 *
 * @throws HttpError 409 LAST_OWNER
 */
export async function assertNotLastOwner({ services }: Changer, membership: Membership): Promise<void> {
  const { teamId, roleId, id } = membership;
  if (roleId !== builtInRoles.owner || teamId === rootTeamId) return;
  // As they are now, whatever the transaction has seen before: two owners may leave at the same time.
  const others: readonly unknown[] = await services.teams.database
    .knex('teams_memberships')
    .select('id')
    .where({ team_id: teamId, role_id: roleId })
    .whereNot('id', id)
    .limit(1)
    .forUpdate();
  if (others.length > 0) return;
  throw problem(409, 'This is the last owner of the team. Make somebody else an owner first.', {
    code: 'LAST_OWNER',
  });
}

/**
 * Teams keep an owner when a user goes, too.
 *
 * @throws HttpError 409 LAST_OWNER with the names of those that would not
 */
export async function assertNoLastOwner({ services }: Changer, userId: string): Promise<void> {
  const { data, teams } = services;
  type Row = Readonly<Record<string, unknown>>;
  const owners = () =>
    teams.database.knex('teams_memberships').select('team_id').where('role_id', builtInRoles.owner);
  const own: readonly Row[] = await owners()
    .where('user_id', userId)
    .whereNot('team_id', rootTeamId)
    .forShare();
  const ids = own.map(({ team_id }) => String(team_id));
  const others: readonly Row[] = await owners()
    .whereIn('team_id', ids)
    .whereNot('user_id', userId)
    .forShare();
  const kept = new Set(others.map(({ team_id }) => String(team_id)));
  const left = ids.filter((id) => !kept.has(id));
  if (left.length === 0) return;
  const rows = await data.repository(Team).query().whereIn('id', left).get();
  const names = rows.map(({ name }) => `"${name}"`).join(', ');
  throw problem(
    409,
    `This user is the last owner of ${names}. Make somebody else an owner there, or delete the team, first.`,
    { code: 'LAST_OWNER' },
  );
}
