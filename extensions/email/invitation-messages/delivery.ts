import type { InvitationMessages } from '../../teams/index.ts';
import { InvitationMail } from '../mails/invitation-mail.ts';

/** Delivers the invitations of `teams`. */
const delivery: InvitationMessages = {
  isFallback: true,
  async sendInvitation({ email, team, role, token, url, expiresAt, locale }, { services }) {
    await services.email.send(InvitationMail, {
      to: email,
      locale,
      data: { team: oneLine(team.name), role: oneLine(role.name), token, url, expiresAt },
    });
  },
};

export default delivery;

/** What people call a team writes no lines of the mail. */
const oneLine = (name: string): string => name.replace(/[\s\p{Cc}]+/gu, ' ').trim();
