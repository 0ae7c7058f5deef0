import { type Actor, isWithinScopes, problem } from 'backplane';

/**
 * Makes sure that credentials may be used to manage the account they belong to. Those that were limited to something may
 * not widen themselves.
 *
 * @returns id of the user
 * @throws HttpError 403
 */
export function ownAccount({ id, scopes }: Actor): string {
  if (isWithinScopes(scopes, 'auth.account:manage')) return id;
  throw problem(403, 'The scopes of these credentials leave out "auth.account:manage".', {
    code: 'SCOPE_EXCEEDED',
  });
}
