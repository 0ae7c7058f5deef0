import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { AuthSettings } from '../environment.ts';
import type { RingKey } from '../keys/key-ring.ts';

/** Whom an access token is for. */
export interface TokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly scopes: readonly string[] | null;
  /** How they were recognised (RFC 8176). */
  readonly amr: readonly string[] | null;
  /** When they were last, as rows have it. */
  readonly authenticatedAt: string | null;
}

/** Signs an access token (RFC 7519; claims as in RFC 9068). */
export function signAccessToken(
  { userId, sessionId, scopes, amr, authenticatedAt }: TokenSubject,
  { kid, algorithm, sign }: RingKey,
  { issuer, audience, accessTokenLifetime }: AuthSettings,
): string {
  const claims = {
    sid: sessionId,
    ...(scopes === null ? {} : { scope: scopes.join(' ') }),
    ...(amr === null ? {} : { amr }),
    // Seconds, as of OpenID Connect; RFC 9470 measures "max_age" from it.
    ...(authenticatedAt === null ? {} : { auth_time: Math.floor(Date.parse(authenticatedAt) / 1000) }),
  };
  return jwt.sign(claims, sign, {
    algorithm,
    keyid: kid,
    issuer,
    audience,
    subject: userId,
    jwtid: randomUUID(),
    expiresIn: accessTokenLifetime,
    notBefore: 0,
  });
}

/** What a token says of itself, nothing of it verified; `undefined` for what is no token. */
export function readToken(
  token: string,
): { readonly kid: unknown; readonly alg: unknown; readonly iss: unknown } | undefined {
  const decoded = jwt.decode(token, { complete: true });
  if (decoded === null || typeof decoded.payload === 'string') return undefined;
  return { kid: decoded.header.kid, alg: decoded.header.alg, iss: decoded.payload.iss };
}
