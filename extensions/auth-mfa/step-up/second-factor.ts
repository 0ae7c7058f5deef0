import { type Actor, problem } from 'backplane';
import type { RequestHandler } from 'express';

/** What OpenID Connect calls a login by several factors (PAPE 1.0), for clients that ask an authorization server for it. */
const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/**
 * Makes sure that a session has had a second factor lately.
 *
 * @param within seconds
 * @throws HttpError 401 that says how to get there (RFC 9470)
 */
export function assertSecondFactor(actor: Actor | undefined, within: number): void {
  if (actor?.secondFactorAt !== undefined && isRecent(actor.secondFactorAt, within)) return;
  throw stepUpWanted(
    within,
    `This needs a second factor that is at most ${within} seconds old: POST /auth/mfa/step-up.`,
    ` acr_values="${acr}",`,
  );
}

/** Makes sure that somebody has logged in lately. @param within seconds @throws HttpError 401 */
export function assertRecentLogin(actor: Actor | undefined, within: number): void {
  if (actor?.authenticatedAt !== undefined && isRecent(actor.authenticatedAt, within)) return;
  const detail = `This needs a login that is at most ${within} seconds old: POST /auth/mfa/step-up with the password.`;
  throw stepUpWanted(within, detail, '');
}

/**
 * Express middleware of one route, which only those pass whose second factor is recent.
 *
 * @example
 * route.delete('/company', { auth: 'jwt', middleware: [stepUp({ within: 60 })] }, …)
 */
export function stepUp({ within }: { readonly within: number }): RequestHandler {
  return function secondFactorNeeded(req, _res, next) {
    assertSecondFactor(req.context.actor, within);
    next();
  };
}

function isRecent(at: number, within: number): boolean {
  return Date.now() - at <= within * 1000;
}

function stepUpWanted(within: number, detail: string, acrValues: string): Error {
  const challenge = `Bearer error="insufficient_user_authentication", error_description="${detail}",${acrValues} max_age=${within}`;
  return problem(401, detail, {
    code: 'STEP_UP_REQUIRED',
    headers: { 'www-authenticate': challenge },
    members: { maxAge: within },
  });
}
