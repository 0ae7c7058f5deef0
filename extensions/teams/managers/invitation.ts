import { defineManager, defineMethod, isBackplaneError, problem, signedIn, Type } from 'backplane';
import { Invitation } from '../entities/invitation.ts';
import { Membership } from '../entities/membership.ts';
import { assertHolds, rightsOfRole } from '../guard/holdings.ts';
import { hashOf, sameHash } from '../invitations/token.ts';

/** The same whatever is wrong, so that nobody finds out which invitations there are. */
const invalid = () =>
  problem(
    404,
    'This invitation is not valid: it may have expired, been used or withdrawn, or be for another address.',
    {
      code: 'INVITATION_INVALID',
    },
  );

export default defineManager(Invitation, {
  accept: defineMethod({
    summary: 'Become a member by the token of an invitation to your own address',
    input: Type.Object({ token: Type.String({ minLength: 20, maxLength: 100 }) }),
    output: Type.Object({ teamId: Type.String(), roleId: Type.String() }),
    access: signedIn(),
    async run({ input, actor, services }) {
      const { data, teams } = services;
      const tokenHash = hashOf(input.token);
      const [invitation] = await data.repository(Invitation).query().where({ tokenHash }).get();
      const user = actor && (await data.repository('auth.user').find(actor.id));
      if (invitation === undefined || user === undefined || !sameHash(invitation.tokenHash, tokenHash)) {
        throw invalid();
      }
      const now = new Date(data.now()).toISOString();
      const { teamId, roleId, invitedById } = invitation;
      if (invitation.expiresAt <= now || user.email.toLowerCase() !== invitation.email) throw invalid();
      await teams.changed();
      // Whoever comes second changes no row.
      const open = data.repository(Invitation).query().where({ id: invitation.id }).whereNull('acceptedAt');
      if ((await open.update({ acceptedAt: now })) !== 1) throw invalid();
      // Since then the role may have grown, or whoever invited lost what they gave away.
      if (invitedById !== null) {
        const invitedBy = await data.repository('auth.user').find(invitedById);
        if (invitedBy === undefined || invitedBy.disabledAt !== null) throw invalid();
        const inviter = { actor: { id: invitedById, roles: invitedBy.admin ? ['admin'] : [] }, services };
        await assertHolds(inviter, teamId, await rightsOfRole(inviter, roleId)).catch(() => {
          throw invalid();
        });
      }
      await data
        .repository(Membership)
        .transaction(() => data.repository(Membership).create({ userId: user.id, teamId, roleId }))
        .catch((error: unknown) => {
          // They had it already.
          if (!isBackplaneError(error) || error.code !== 'ROW_DUPLICATE') throw error;
        });
      return { teamId, roleId };
    },
  }),
});
