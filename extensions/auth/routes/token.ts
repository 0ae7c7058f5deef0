import { HttpError, type RouteContext, reply, route, Type } from 'backplane';
import type { SecondStep } from '../logins/login-guards.ts';
import { OAuthError, readTokenRequest } from '../oauth/token-request.ts';
import { clientOf } from '../sessions/client.ts';
import { unstored } from '../sessions/token-reply.ts';
import type { Tokens } from '../sessions/tokens.ts';

const Form = Type.Object({
  grant_type: Type.String({ examples: ['password'], description: 'password or refresh_token' }),
  username: Type.Optional(Type.String({ description: 'Address of the account.' })),
  password: Type.Optional(Type.String()),
  scope: Type.Optional(Type.String({ description: 'What the tokens may do at most, separated by spaces.' })),
  refresh_token: Type.Optional(Type.String()),
  device_token: Type.Optional(Type.String({ description: 'What an earlier login gave this device.' })),
});

const Granted = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer(),
  refresh_token: Type.String(),
  scope: Type.Optional(Type.String()),
});

const Refused = Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) });

/** OAuth 2.0 has no second step: the names are those that others use for it, too. */
const StepWanted = Type.Object({
  error: Type.String({ examples: ['mfa_required'] }),
  error_description: Type.String(),
  mfa_token: Type.String({ description: 'For POST /auth/mfa/verify.' }),
  factors: Type.Array(Type.String()),
  expires_in: Type.Integer(),
});

class SecondStepWanted extends Error {
  readonly step: SecondStep;

  constructor(step: SecondStep) {
    super(step.detail);
    this.step = step;
  }
}

export default route.post(
  '/token',
  {
    summary: 'Tokens by OAuth 2.0: the grants password and refresh_token',
    description: 'Takes application/x-www-form-urlencoded and answers as RFC 6749 says.',
    // Documented and not checked: errors of OAuth look different from those of a schema.
    body: Type.Union([Form, Type.Unknown()]),
    response: { 200: Granted, 400: Refused, 403: StepWanted, 429: Refused, 503: Refused },
  },
  async (context) => {
    try {
      return reply(200, grantedView(await tokensFor(context)), unstored);
    } catch (error) {
      return refusal(error);
    }
  },
);

async function tokensFor({
  body,
  req,
  services: { auth },
}: Pick<RouteContext, 'body' | 'req' | 'services'>): Promise<Tokens> {
  const request = readTokenRequest(req.headers['content-type'], body);
  if (request.grant === 'refresh_token') {
    const tokens = await auth.sessions.refresh(request.refreshToken);
    if (tokens) return tokens;
    throw new OAuthError(
      'invalid_grant',
      'The refresh token is not valid, was used, or its session has ended.',
    );
  }
  const { username, password, scopes, deviceToken } = request;
  const outcome = await auth.logins.login(username, password, clientOf(req), { scopes, deviceToken });
  if (outcome.state === 'in') return outcome.tokens;
  if (outcome.state === 'second-step') throw new SecondStepWanted(outcome.step);
  throw new OAuthError(
    'invalid_grant',
    'The address or the password is wrong, the address is not verified yet, or the account is closed.',
  );
}

function grantedView({ accessToken, tokenType, expiresIn, refreshToken, scopes }: Tokens) {
  return {
    access_token: accessToken,
    token_type: tokenType,
    expires_in: expiresIn,
    refresh_token: refreshToken,
    ...(scopes === null ? {} : { scope: scopes.join(' ') }),
  };
}

function refusal(error: unknown): unknown {
  if (error instanceof OAuthError) {
    return reply(400, { error: error.code, error_description: error.message }, unstored);
  }
  if (error instanceof SecondStepWanted) {
    const { code, detail, token, factors, expiresIn } = error.step;
    const body = {
      error: code.toLowerCase(),
      error_description: detail,
      mfa_token: token,
      factors,
      expires_in: expiresIn,
    };
    return reply(403, body, unstored);
  }
  if (error instanceof HttpError && (error.status === 429 || error.status === 503)) {
    const body = { error: 'temporarily_unavailable', error_description: error.message };
    return reply(error.status, body, { ...error.extra.headers, ...unstored });
  }
  throw error;
}
