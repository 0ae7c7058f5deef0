import { type AuthStrategy, defineStrategy, problem } from 'backplane';
import jwt from 'jsonwebtoken';
import { Strategy } from 'passport-jwt';
import { actorOf } from '../actor.ts';
import type { Auth } from '../auth.ts';
import { Session } from '../entities/session.ts';
import type { AuthEnvironment } from '../environment.ts';
import { asymmetric } from '../keys/algorithm.ts';
import { passportStrategy } from '../passport-strategy.ts';
import { readToken } from './access-token.ts';
import { type Claims, isClaims } from './claims.ts';
import { Admission } from './credential-cache.ts';

/** Seconds that the clocks of two servers may differ. */
const clockTolerance = 5;

/** What is told of a token that is not accepted. */
class Refusal extends Error {}

/**
 * The strategy `jwt`: an access token of this server as bearer (RFC 6750). A token is verified when it is first seen; after
 * that only what may end it before its time is looked at.
 */
export function jwtStrategy(environment: AuthEnvironment, auth: () => Auth): AuthStrategy {
  const verifying = passportStrategy(verifier(environment, auth), {
    name: 'jwt',
    actor(user, req) {
      if (!(user instanceof Admission)) return undefined;
      auth().credentials.tokens.remember(req.headers.authorization ?? '', user);
      return user.actor;
    },
    refused: refuse,
  });
  return defineStrategy({
    name: 'jwt',
    challenge: 'Bearer',
    authenticate(req) {
      const header = req.headers.authorization;
      if (header === undefined) return undefined;
      const known = auth().credentials.tokens.find(header, Date.now());
      if (known) return known;
      const token = bearerOf(header);
      // A token of somebody else is for another strategy to judge.
      if (token === undefined || readToken(token)?.iss !== environment.settings.issuer) return undefined;
      return verifying.authenticate(req);
    },
  });
}

function verifier(environment: AuthEnvironment, auth: () => Auth): Strategy {
  const { issuer, audience, algorithm } = environment.settings;
  return new Strategy(
    {
      jwtFromRequest: ({ headers }: { headers: { authorization?: string } }) =>
        bearerOf(headers.authorization) ?? null,
      issuer,
      audience,
      algorithms: algorithm === 'HS256' ? ['HS256'] : [...asymmetric],
      jsonWebTokenOptions: { clockTolerance },
      secretOrKeyProvider: (_req, token, done) => {
        keyOf(String(token), auth()).then((key) => done(null, key), done);
      },
    },
    (claims: unknown, done) => {
      admit(claims, environment, auth()).then(
        (admission) => done(null, admission),
        (error: unknown) => (error instanceof Refusal ? done(null, false, error) : done(error)),
      );
    },
  );
}

/** The key, and with it the algorithm, is what this server knows by that name: the token itself has no say. */
async function keyOf(token: string, { keys }: Auth): Promise<string | Buffer> {
  const { kid, alg } = readToken(token) ?? {};
  const key = typeof kid === 'string' ? await keys.find(kid) : undefined;
  if (!key || key.algorithm !== alg)
    throw new Refusal('It is not signed by a key of this server that still holds.');
  return key.verify;
}

/** Is there still the session, and the user, that the token was made for? */
async function admit(claims: unknown, { services }: AuthEnvironment, auth: Auth): Promise<Admission> {
  if (!isClaims(claims)) throw new Refusal('It lacks claims of an access token.');
  const now = Date.now();
  const session = await sessionOf(claims, services);
  if (!session || session.revokedAt !== null || session.user.disabledAt !== null) {
    throw new Refusal('Its session has ended.');
  }
  const actor = actorOf(session.user, 'user', session.scopes, session);
  const admission = auth.credentials.tokens.admit(actor, session.id, claims.exp * 1000, now);
  // It may have ended while the database was asked.
  if (auth.credentials.tokens.hasEnded(admission)) throw new Refusal('Its session has ended.');
  return admission;
}

function sessionOf({ sid, sub }: Claims, services: AuthEnvironment['services']) {
  return services.data.repository(Session).query().where({ id: sid, userId: sub }).withJoined('user').first();
}

function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +([\w-]+\.[\w-]+\.[\w-]*) *$/i.exec(header)?.[1];
}

function refuse(reason: unknown): never {
  const expired = reason instanceof jwt.TokenExpiredError;
  const why =
    expired || reason instanceof jwt.NotBeforeError || reason instanceof Refusal
      ? reason.message
      : 'It is not valid.';
  const detail = expired
    ? 'The access token has expired.'
    : `The access token is not accepted. ${sentence(why)}`;
  throw problem(401, detail, {
    code: expired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID',
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${detail}"` },
  });
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.endsWith('.') ? capital : `${capital}.`;
}
