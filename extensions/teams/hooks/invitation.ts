import { hooks } from 'backplane';
import { Invitation } from '../entities/invitation.ts';
import { assertHolds, rightsOfRole } from '../guard/holdings.ts';
import { assertUsable, roleOf } from '../guard/roles.ts';
import { sendInvitation } from '../invitations/send-invitation.ts';
import { hashOf, newToken } from '../invitations/token.ts';

const day = 24 * 60 * 60 * 1000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export default [
  hooks.before(Invitation, 'create', async function checkInvitation(context) {
    const { input, actor, services } = context;
    const at = { entity: Invitation.name, field: 'roleId' };
    await assertUsable(context, await roleOf(context, input.roleId), input.teamId, at);
    await assertHolds(context, input.teamId, await rightsOfRole(context, input.roleId));
    input.email = input.email.toLowerCase();
    input.invitedById = actor !== undefined && uuid.test(actor.id) ? actor.id : null;
    input.expiresAt = new Date(
      services.data.now() + services.teams.settings.invitationDays * day,
    ).toISOString();
    // Nobody has this one; the one that is sent takes its place.
    input.tokenHash = hashOf(newToken());
  }),

  hooks.after(Invitation, 'create', async function tellInvited({ result, services, log }) {
    const token = newToken();
    const rows = services.data.repository(Invitation);
    const invitation = await rows.update(result.id, { tokenHash: hashOf(token) });
    await services.data.database().afterCommit(async () => {
      try {
        await sendInvitation({ services, log }, invitation, token);
      } catch (error) {
        log.error({ err: error, invitationId: invitation.id }, 'An invitation could not be sent');
      }
    });
  }),
];
