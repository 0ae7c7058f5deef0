import { type Actor, BackplaneError, hooks, isRoot } from 'backplane';
import { normaliseEmail } from '../accounts/email.ts';
import { freeEmail } from '../accounts/free-email.ts';
import { User } from '../entities/user.ts';

/** An account of an administrator is above what anybody was granted: nobody gets at it but another one. */
function assertMayChange(actor: Actor | undefined, { admin }: User, operation: string): void {
  if (!admin || actor === undefined || isRoot(actor)) return;
  throw new BackplaneError('ACCESS_DENIED', { entity: User.name, operation });
}

export default [
  hooks.before(User, 'create', async function normaliseNewEmail({ input, services }) {
    input.email = await freeEmail(services, input.email);
  }),

  hooks.before(
    User,
    'update',
    async function normaliseChangedEmail({ id, input, previous, actor, services }) {
      assertMayChange(actor, previous, 'update');
      if (input.email === undefined) return;
      input.email = await freeEmail(services, input.email, id);
      // Nobody has shown yet that the other address is theirs.
      if (isAnother(input.email, previous)) input.emailVerifiedAt ??= null;
    },
  ),

  hooks.before(User, 'delete', function spareAdministrators({ previous, actor }) {
    assertMayChange(actor, previous, 'delete');
  }),

  // What the owner of the earlier address has, or was sent, opens the account no longer.
  hooks.after(User, 'update', async function endWhatWasOpen({ id, previous, result, services: { auth } }) {
    const isDisabled = previous.disabledAt === null && result.disabledAt !== null;
    const isReaddressed = isAnother(result.email, previous);
    if (!isDisabled && !isReaddressed) return;
    await auth.tokens.revokeAll(id);
    await auth.sessions.revokeAll(id, isDisabled ? 'user-disabled' : 'email-changed');
  }),

  hooks.afterCommit(User, 'update', async function tellWhetherDisabled({ id, previous, result, services }) {
    if ((previous.disabledAt === null) === (result.disabledAt === null)) return;
    const { events } = services.kernel;
    await events.emit(result.disabledAt === null ? 'auth.user-enabled' : 'auth.user-disabled', {
      userId: id,
    });
  }),
];

function isAnother(email: string, previous: User): boolean {
  return email !== normaliseEmail(previous.email);
}
