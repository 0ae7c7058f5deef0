import { hooks } from 'backplane';
import { Membership } from '../entities/membership.ts';
import { assertMayPlace } from '../guard/acquaintance.ts';
import { assertHolds, type Changer, rightsOfRole } from '../guard/holdings.ts';
import { assertNotLastOwner } from '../guard/owners.ts';
import { assertUsable, roleOf } from '../guard/roles.ts';

/** Whoever gives or takes a role holds all of it there, and gives it to people of theirs. */
async function assertMayGive(
  context: Changer,
  given: { readonly userId: string; readonly teamId: string; readonly roleId: string },
): Promise<void> {
  const { teamId, roleId } = given;
  await assertUsable(context, await roleOf(context, roleId), teamId, {
    entity: Membership.name,
    field: 'roleId',
  });
  await assertHolds(context, teamId, await rightsOfRole(context, roleId));
  await assertMayPlace(context, given);
}

export default [
  hooks.before(Membership, 'create', function checkNewMember(context) {
    return assertMayGive(context, context.input);
  }),

  hooks.before(Membership, 'update', async function checkChangedMember(context) {
    const { input, previous } = context;
    const next = { ...previous, ...input };
    await assertHolds(context, previous.teamId, await rightsOfRole(context, previous.roleId));
    await assertMayGive(context, next);
    const isSame = next.teamId === previous.teamId && next.roleId === previous.roleId;
    if (!isSame) await assertNotLastOwner(context, previous);
  }),

  hooks.before(Membership, 'delete', async function checkLeaving(context) {
    const { previous, actor } = context;
    if (actor?.id !== previous.userId) {
      await assertHolds(context, previous.teamId, await rightsOfRole(context, previous.roleId));
    }
    await assertNotLastOwner(context, previous);
  }),
];
