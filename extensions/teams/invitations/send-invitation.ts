import type { Logger, Services } from 'backplane';
import type { Invitation } from '../entities/invitation.ts';
import { Role } from '../entities/role.ts';
import { Team } from '../entities/team.ts';
import { invitationMessages } from './invitation-messages.ts';

/**
 * Hands an invitation to who delivers messages. Where nobody does, the log shows it in development, token and all; in
 * production it says that it is lost, and keeps the token to itself.
 */
export async function sendInvitation(
  { services, log }: { readonly services: Services; readonly log: Logger },
  { id, email, teamId, roleId, invitedById, expiresAt }: Invitation,
  token: string,
): Promise<void> {
  const { kernel, data, teams } = services;
  const url = teams.settings.invitationUrl?.replace('{token}', token);
  const delivery = kernel.snapshot.get(invitationMessages);
  if (delivery !== undefined) {
    const team = await data.repository(Team).findOrFail(teamId);
    const role = await data.repository(Role).findOrFail(roleId);
    await delivery.sendInvitation({
      email,
      team: { id: team.id, name: team.name },
      role: { name: role.name },
      invitedBy: invitedById === null ? undefined : { id: invitedById },
      token,
      url,
      expiresAt,
    });
  } else if (kernel.settings.nodeEnv === 'production') {
    log.warn({ invitationId: id }, 'No extension delivers messages, so nobody gets this invitation.');
  } else {
    log.info(`No extension delivers messages. To ${email}: you are invited: ${url ?? token}`);
  }
}
