import { BackplaneError, hooks, problem } from 'backplane';
import { builtInRoles, rootTeamId } from '../built-in.ts';
import { Membership } from '../entities/membership.ts';
import { Team } from '../entities/team.ts';
import { assertHoldsAll, holds } from '../guard/holdings.ts';
import { addTeam } from '../rights/place-of.ts';
import { addToTree, lineOf, moveInTree } from '../tree/closure.ts';
import { assertRolesStay } from '../tree/roles-that-stay.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export default [
  hooks.before(Team, 'create', async function placeTeam(context) {
    const { input, services } = context;
    input.parentId ??= rootTeamId;
    if (input.parentId !== rootTeamId || services.teams.settings.openCreation) return;
    if (await holds(context, rootTeamId, addTeam)) return;
    throw new BackplaneError('ACCESS_DENIED', { entity: Team.name, operation: 'create' });
  }),

  hooks.after(Team, 'create', async function enterTree({ result, actor, services }) {
    await addToTree(services.data, result.id, result.parentId);
    // Root is no user.
    if (actor === undefined || !uuid.test(actor.id)) return;
    const user = await services.data.repository('auth.user').find(actor.id);
    if (user === undefined) return;
    const owner = { userId: actor.id, teamId: result.id, roleId: builtInRoles.owner };
    await services.data.repository(Membership).create(owner);
  }),

  hooks.before(Team, 'update', async function checkMove(context) {
    const { id, input, previous, services } = context;
    const { parentId } = input;
    if (parentId === undefined || parentId === previous.parentId) return;
    if (id === rootTeamId || parentId === null) {
      const message = id === rootTeamId ? 'The root team lies below no other' : 'must name the team above';
      throw new BackplaneError('INPUT_INVALID', {
        entity: Team.name,
        faults: [{ pointer: '/parentId', message }],
      });
    }
    if ((await lineOf(services.data, parentId)).has(id)) {
      throw new BackplaneError('INPUT_INVALID', {
        entity: Team.name,
        faults: [{ pointer: '/parentId', message: 'lies below this team itself' }],
      });
    }
    // A team that moves comes into other hands, with all that belongs to it: nobody less than an owner may do that.
    await assertHoldsAll(context, id);
    for (const [place, permission] of [
      [previous.parentId ?? rootTeamId, 'teams.team:administer'],
      [parentId, addTeam],
    ] as const) {
      if (place === rootTeamId && services.teams.settings.openCreation) continue;
      if (await holds(context, place, permission)) continue;
      throw problem(403, `To move a team you need "${permission}" in the team above it, before and after.`, {
        code: 'MOVE_DENIED',
      });
    }
    await assertRolesStay(services.data, id, parentId);
  }),

  hooks.after(Team, 'update', async function moveTeam({ id, previous, result, services }) {
    const { parentId } = result;
    if (parentId !== null && parentId !== previous.parentId) await moveInTree(services.data, id, parentId);
  }),

  hooks.before(Team, 'delete', async function checkEmpty({ id, services }) {
    if (id === rootTeamId) throw problem(409, 'The root team stays.', { code: 'TEAM_ROOT' });
    const below = await services.data.repository(Team).count({ parentId: id });
    if (below === 0) return;
    throw problem(409, `There are ${below} teams below this one. Move or delete them first.`, {
      code: 'TEAM_HAS_CHILDREN',
    });
  }),
];
