import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { AuthSettings } from '../environment.ts';
import type { RingKey } from '../keys/key-ring.ts';

/** Whom an access token is for. */
export interface TokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly scopes: readonly string[] | null;
}

/** Signs an access token (RFC 7519; claims as in RFC 9068). */
export function signAccessToken(
  { userId, sessionId, scopes }: TokenSubject,
  { kid, algorithm, sign }: RingKey,
  { issuer, audience, accessTokenLifetime }: AuthSettings,
): string {
  const claims = { sid: sessionId, ...(scopes === null ? {} : { scope: scopes.join(' ') }) };
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
