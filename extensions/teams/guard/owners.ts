import { problem } from 'backplane';
import { builtInRoles, rootTeamId } from '../built-in.ts';
import type { Membership } from '../entities/membership.ts';
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
