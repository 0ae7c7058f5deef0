declare module 'backplane' {
  interface Actor {
    /** By what somebody is known: a login of a user, or an API key of one. */
    readonly kind?: 'user' | 'api-key';
    /** The session that an access token belongs to. */
    readonly sessionId?: string;
  }
}

/** What the strategies of this extension find out. */
export interface AuthenticatedUser {
  /** Of the user. */
  readonly id: string;
  readonly kind: 'user' | 'api-key';
  readonly roles: readonly string[];
  readonly scopes?: readonly string[];
  readonly sessionId?: string;
}

/**
 * The actor of a user.
 *
 * @param user its row
 * @param scopes what these credentials may do at most; no limit without
 */
export function actorOf(
  user: { readonly id: string; readonly admin: boolean },
  kind: AuthenticatedUser['kind'],
  scopes: readonly string[] | null,
  sessionId?: string,
): AuthenticatedUser {
  return Object.freeze({
    id: user.id,
    kind,
    roles: user.admin ? ['admin'] : [],
    ...(scopes === null ? {} : { scopes }),
    ...(sessionId === undefined ? {} : { sessionId }),
  });
}
