import { BackplaneError, defineRegistry, type RouteOwner, type Services } from 'backplane';

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
  /** Language of whoever invited, `de-AT`, where that is known. */
  readonly locale: string | undefined;
}

/** Delivers invitations. An extension that sends e-mail contributes one to {@link invitationMessages}. */
export interface InvitationMessages {
  /** @param context the services that the delivering extension may use */
  sendInvitation(message: InvitationMessage, context: { readonly services: Services }): Promise<void> | void;
}

/** A delivery that knows its context. */
export type SendInvitation = (message: InvitationMessage) => Promise<void> | void;

/** Who delivers invitations; one at most. Collects `invitation-messages/`. */
export const invitationMessages = defineRegistry<InvitationMessages, SendInvitation | undefined, RouteOwner>({
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
    if (first === undefined) return undefined;
    const { value, owner } = first;
    return (message) => value.sendInvitation(message, { services: owner.container.services });
  },
});
