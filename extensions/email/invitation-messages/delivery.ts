import type { InvitationMessages } from '../../teams/index.ts';
import { InvitationMail } from '../mails/invitation-mail.ts';

/** Delivers the invitations of `teams`. */
const delivery: InvitationMessages = {
  async sendInvitation({ email, team, role, token, url, expiresAt, locale }, { services }) {
    await services.email.send(InvitationMail, {
      to: email,
      locale,
      data: { team: team.name, role: role.name, token, url, expiresAt },
    });
  },
};

export default delivery;
