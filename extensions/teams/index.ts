import { authorities, defineAuthority, defineExtension } from 'backplane';
import type config from './config.ts';
import { invitationMessages } from './invitations/invitation-messages.ts';
import { Teams } from './teams.ts';
import { ensureBuiltIns } from './tree/ensure-built-ins.ts';

export { builtInRoles, rootTeamId } from './built-in.ts';
export { RoleGrant } from './entities/grant.ts';
export { Inheritance } from './entities/inheritance.ts';
export { Invitation } from './entities/invitation.ts';
export { Membership } from './entities/membership.ts';
export { Role } from './entities/role.ts';
export { Team } from './entities/team.ts';
export {
  type InvitationMessage,
  type InvitationMessages,
  invitationMessages,
} from './invitations/invitation-messages.ts';
export { memberOf } from './testing.ts';
export type { Teams };

declare module 'backplane' {
  interface Services {
    readonly teams: Teams;
  }
}

export default defineExtension<typeof config>({
  registries: [invitationMessages],

  register({ container, contribute, settings, log }) {
    const teams = new Teams(settings, container.services, log);
    container.value('teams', teams);
    contribute(
      authorities,
      defineAuthority({
        name: 'teams',
        grants: (request) => teams.grants(request),
        scopeOf: (request) => teams.teamFor(request),
      }),
    );
  },

  async boot({ events, services }) {
    events.on('teams.rights-changed', () => services.teams.forget());
    await ensureBuiltIns(services);
  },
});
