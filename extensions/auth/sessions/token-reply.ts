import { problem, reply } from 'backplane';
import type { SecondStep } from '../logins/login-guards.ts';
import type { Tokens } from './tokens.ts';

/** Tokens are not to be kept on the way (RFC 6749, 5.1). */
export const unstored = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Answers with tokens. */
export function replyTokens(tokens: Tokens) {
  const { accessToken, tokenType, expiresIn, refreshToken } = tokens;
  return reply(200, { accessToken, tokenType, expiresIn, refreshToken }, unstored);
}

/** The one answer to everything that is wrong with a login. */
export function loginRefused() {
  return problem(
    401,
    'The address or the password is wrong, the address is not verified yet, or the account is closed.',
    { code: 'LOGIN_REFUSED', headers: { 'www-authenticate': 'Bearer', ...unstored } },
  );
}

/** The password was right, and there are no tokens before the second step. */
export function secondStepWanted({ code, detail, token, factors, expiresIn }: SecondStep) {
  return problem(401, detail, {
    code,
    headers: { 'www-authenticate': 'Bearer', ...unstored },
    members: { mfaToken: token, factors, expiresIn },
  });
}
