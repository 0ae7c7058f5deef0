import { type Actor, problem, type Services } from 'backplane';
import { ownAccount, User } from '../auth/index.ts';

/** Somebody who is logged in, and the session that they came by. */
export interface SessionUser {
  readonly user: User;
  readonly sessionId: string;
}

/**
 * The user of an access token, whose scopes let the account be managed.
 * @throws HttpError 401 for credentials of another kind, 403
 */
export async function ownUser(actor: Actor | undefined, { data }: Services): Promise<SessionUser> {
  const { sessionId } = actor ?? {};
  const user =
    actor && sessionId !== undefined ? await data.repository(User).find(ownAccount(actor)) : undefined;
  if (!user || sessionId === undefined) throw problem(401, 'This needs an access token of a login.');
  return { user, sessionId };
}

/** The session ended while it was asked for. */
export function sessionEnded(): Error {
  return problem(401, 'The session has ended.', { code: 'TOKEN_INVALID' });
}
