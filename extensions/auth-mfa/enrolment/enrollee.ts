import { problem, type RouteContext } from 'backplane';
import { type Client, clientOf, loginRefused, type Tokens, type User } from '../../auth/index.ts';
import type { PendingLogin } from '../entities/pending-login.ts';
import { amrOf, type FactorType } from '../factors/method.ts';
import { ownUser, sessionEnded } from '../own-user.ts';
import { assertRecentLogin, assertSecondFactor } from '../step-up/second-factor.ts';

/** Who sets a factor up: somebody in a session, or in a login that asks for one. */
export type Enrollee = {
  readonly user: User;
  readonly client: Client;
  /** Was there no factor when they came? */
  readonly isFirst: boolean;
} & ({ readonly sessionId: string } | { readonly pending: PendingLogin });

type Request = Pick<RouteContext, 'actor' | 'services' | 'req'>;

/**
 * @param mfaToken of a login that asks for a factor
 * @throws HttpError 401 for a token that does not hold; in a session without a recent second factor, or, where there is none yet,
 *   without a recent login
 */
export async function enrolleeOf(
  { actor, services, req }: Request,
  mfaToken: string | undefined,
): Promise<Enrollee> {
  const { mfa } = services;
  const client = clientOf(req);
  if (mfaToken !== undefined) {
    const { pending, user } = await mfa.pendingLogins.find(mfaToken, 'enrol');
    if ((await mfa.factors.types(user.id)).length > 0) throw otherWasFirst();
    return { user, client, isFirst: true, pending };
  }
  const { user, sessionId } = await ownUser(actor, services);
  const hasFactor = (await mfa.factors.types(user.id)).length > 0;
  // Whoever took over a session is not to make it theirs for good.
  (hasFactor ? assertSecondFactor : assertRecentLogin)(actor, mfa.settings.stepUpWithin);
  return { user, client, isFirst: !hasFactor, sessionId };
}

/**
 * Confirms a factor by its first code: the session counts as one with a second factor, or the login ends.
 * @throws HttpError 403 for a wrong code, 401, 409, 429
 */
export async function confirmFactor(
  enrollee: Enrollee,
  type: FactorType,
  code: string,
  services: RouteContext['services'],
): Promise<Omit<Tokens, 'refreshToken'> & { refreshToken?: string; recoveryCodes?: readonly string[] }> {
  const { auth, mfa } = services;
  const { user, client } = enrollee;
  await mfa.enrolments.confirm({ user, type, code, client, asLast: () => assertStill(enrollee, services) });
  const recoveryCodes = await mfa.enabled(user.id, type);
  const told = recoveryCodes === undefined ? {} : { recoveryCodes };
  if ('sessionId' in enrollee) {
    const raised = await auth.sessions.raise(user.id, enrollee.sessionId, amrOf(type));
    if (!raised) throw sessionEnded();
    return { ...raised, ...told };
  }
  const { stamp, scopes } = enrollee.pending;
  const amr = [...(enrollee.pending.amr ?? ['pwd']), ...amrOf(type)];
  const tokens = await auth.logins.finish({ user, stamp, scopes, client }, amr);
  if (!tokens) throw loginRefused();
  return { ...tokens, ...told };
}

/** A factor that is there locks others out, so that whoever sets it up must still be somebody who may. */
async function assertStill(
  enrollee: Enrollee,
  { auth, mfa }: Pick<RouteContext['services'], 'auth' | 'mfa'>,
): Promise<void> {
  const { user, isFirst } = enrollee;
  // Of two who know the password, one sets up the first factor; the other needs it from then on.
  if (isFirst && (await mfa.factors.types(user.id)).length > 0) throw otherWasFirst();
  if ('pending' in enrollee) await mfa.pendingLogins.end(enrollee.pending);
  else if (!(await auth.sessions.isLive(user.id, enrollee.sessionId))) throw sessionEnded();
}

function otherWasFirst(): Error {
  return problem(401, 'A factor has been set up meanwhile. Log in with it.', { code: 'MFA_TOKEN_INVALID' });
}
