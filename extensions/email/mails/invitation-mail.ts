import { defineMail } from '../rendering/define-mail.ts';

export interface Invitation {
  /** Names of the team and of the role in it. */
  readonly team: string;
  readonly role: string;
  readonly token: string;
  readonly url: string | undefined;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Invites somebody to a team. */
export const InvitationMail = defineMail<Invitation>('teams-invitation', {
  subject: { en: ({ team }) => `You are invited to ${team}`, de: ({ team }) => `Einladung zu ${team}` },
  preview: {
    team: 'Red',
    role: 'member',
    token: 'q7Yc0fXW2k',
    url: 'https://app.example.org/invitations/q7Yc0fXW2k',
    expiresAt: '2030-01-01T12:00:00.000Z',
  },
});
