import { BackplaneError, defineRegistry } from 'backplane';

/** What somebody who is invited must get. */
export interface InvitationMessage {
  readonly email: string;
  readonly team: { readonly id: string; readonly name: string };
  readonly role: { readonly name: string };
  readonly invitedBy: { readonly id: string } | undefined;
  /** To be shown to the owner of the address only. */
  readonly token: string;
  /** Address of a page that takes the token, where the settings name one. */
  readonly url: string | undefined;
  readonly expiresAt: string;
}

/** Delivers invitations. An extension that sends e-mail contributes one to {@link invitationMessages}. */
export interface InvitationMessages {
  sendInvitation(message: InvitationMessage): Promise<void> | void;
}

/** Who delivers invitations; one at most. Collects `invitation-messages/`. */
export const invitationMessages = defineRegistry<InvitationMessages, InvitationMessages | undefined>({
  name: 'invitation-messages',
  folder: 'invitation-messages',
  expected: '{ sendInvitation(message) }',
  accepts: (value): value is InvitationMessages =>
    typeof value === 'object' &&
    value !== null &&
    'sendInvitation' in value &&
    typeof value.sendInvitation === 'function',
  compile(contributions) {
    const [first, second] = contributions;
    if (first && second) {
      throw new BackplaneError('CONTRIBUTION_CONFLICT', {
        what: 'The delivery of invitations',
        owners: [first.owner.name, second.owner.name],
      });
    }
    return first?.value;
  },
});
