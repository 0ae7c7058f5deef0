import { isRoot, problem } from 'backplane';
import { rootTeamId } from '../built-in.ts';
import { lineOf } from '../tree/closure.ts';
import { type Changer, holds } from './holdings.ts';

const administer = 'teams.membership:administer';

/**
 * Nobody is put into a team of strangers without being asked: rows that they make would go there. Whoever administers a team
 * may spread its members over the teams below it.
 *
 * @throws HttpError 403 INVITATION_NEEDED
 */
export async function assertMayPlace(
  changer: Changer,
  { userId, teamId }: { readonly userId: string; readonly teamId: string },
): Promise<void> {
  const { actor, services } = changer;
  if (actor === undefined || isRoot(actor) || actor.id === userId) return;
  if (await holds(changer, rootTeamId, administer)) return;
  const line = await lineOf(services.data, teamId);
  const places: readonly Readonly<Record<string, unknown>>[] = await services.teams.database
    .knex('teams_memberships')
    .select('team_id')
    .where('user_id', userId)
    .whereIn('team_id', [...line])
    .forShare();
  for (const place of new Set(places.map(({ team_id }) => String(team_id)))) {
    if (await holds(changer, place, administer)) return;
  }
  throw problem(
    403,
    'They are no member of this team, nor of one above it where you administer members. Invite them: create a "teams.invitation" to their address (POST /teams/invitations).',
    { code: 'INVITATION_NEEDED' },
  );
}
