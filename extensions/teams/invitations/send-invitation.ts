import { currentScope, type Logger, type Services } from 'backplane';
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
  const deliver = kernel.snapshot.get(invitationMessages);
  if (deliver !== undefined) {
    const team = await data.repository(Team).findOrFail(teamId);
    const role = await data.repository(Role).findOrFail(roleId);
    await deliver({
      email,
      team: { id: team.id, name: team.name },
      role: { name: role.name },
      invitedBy: invitedById === null ? undefined : { id: invitedById },
      token,
      url,
      expiresAt,
      locale: localeHere(),
    });
  } else if (kernel.settings.nodeEnv === 'production') {
    log.warn({ invitationId: id }, 'No extension delivers messages, so nobody gets this invitation.');
  } else {
    log.info(`No extension delivers messages. To ${email}: you are invited: ${url ?? token}`);
  }
}

/** The language of the request that is being answered. */
function localeHere(): string | undefined {
  const scope = currentScope();
  return scope && 'locale' in scope && typeof scope.locale === 'string' ? scope.locale : undefined;
}
