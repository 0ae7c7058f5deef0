import type { Session } from './entities/session.ts';

declare module 'backplane' {
  interface Actor {
    /** By what somebody is known: a login of a user, or an API key of one. */
    readonly kind?: 'user' | 'api-key';
    /** The session that an access token belongs to. */
    readonly sessionId?: string;
    /** How the user of that session was recognised (RFC 8176): `pwd`, `otp`, `mfa`. */
    readonly amr?: readonly string[];
    /** When that was last, in ms since the epoch. */
    readonly authenticatedAt?: number;
    /** When a second factor was given in that session last, in ms since the epoch; not at all without. */
    readonly secondFactorAt?: number;
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
  readonly amr?: readonly string[];
  readonly authenticatedAt?: number;
  readonly secondFactorAt?: number;
}

/**
 * The actor of a user.
 *
 * @param user its row
 * @param scopes what these credentials may do at most; no limit without
 * @param session that of an access token
 */
export function actorOf(
  user: { readonly id: string; readonly admin: boolean },
  kind: AuthenticatedUser['kind'],
  scopes: readonly string[] | null,
  session?: Session,
): AuthenticatedUser {
  return Object.freeze({
    id: user.id,
    kind,
    roles: user.admin ? ['admin'] : [],
    ...(scopes === null ? {} : { scopes }),
    ...(session === undefined ? {} : recognition(session)),
  });
}

function recognition({ id, amr, authenticatedAt, createdAt, secondFactorAt }: Session) {
  return {
    sessionId: id,
    amr: amr ?? [],
    authenticatedAt: Date.parse(authenticatedAt ?? createdAt),
    ...(secondFactorAt === null ? {} : { secondFactorAt: Date.parse(secondFactorAt) }),
  };
}
