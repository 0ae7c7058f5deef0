import { problem, route, Type } from 'backplane';
import { closed, Email, Password, Scope } from '../schemas/input.ts';
import { TokensView } from '../schemas/views.ts';
import { clientOf } from '../sessions/client.ts';
import { loginRefused, replyTokens, secondStepWanted, unstored } from '../sessions/token-reply.ts';

export default [
  route.post(
    '/login',
    {
      summary: 'Log in with address and password',
      body: Type.Object(
        {
          email: Email,
          password: Password,
          scopes: Type.Optional(
            Type.Array(Scope, { maxItems: 100, description: 'What the tokens may do at most.' }),
          ),
          deviceToken: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 200,
              description: 'What an earlier login gave this device, so that no second step is asked of it.',
            }),
          ),
        },
        closed,
      ),
      response: { 200: TokensView },
      document: () => ({
        problems: {
          401: 'Address or password is wrong; or they are right, and a second step has to be done (MFA_REQUIRED).',
        },
      }),
    },
    async ({ body: { email, password, scopes = null, deviceToken }, services: { auth }, req }) => {
      const outcome = await auth.logins.login(email, password, clientOf(req), { scopes, deviceToken });
      if (outcome.state === 'refused') throw loginRefused();
      if (outcome.state === 'second-step') throw secondStepWanted(outcome.step);
      return replyTokens(outcome.tokens);
    },
  ),
  route.post(
    '/refresh',
    {
      summary: 'New tokens for a refresh token, which is used up',
      description: 'A refresh token that is used a second time ends its session.',
      body: Type.Object({ refreshToken: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
      response: { 200: TokensView },
    },
    async ({ body, services: { auth } }) => {
      const tokens = await auth.sessions.refresh(body.refreshToken);
      if (tokens) return replyTokens(tokens);
      throw problem(401, 'The refresh token is not valid, was used already, or its session has ended.', {
        code: 'REFRESH_REFUSED',
        headers: { 'www-authenticate': 'Bearer', ...unstored },
      });
    },
  ),
  route.post(
    '/logout',
    { summary: 'End the session that asks', auth: 'jwt', response: { 204: Type.Null() } },
    async ({ actor, services: { auth } }) => {
      if (actor.sessionId !== undefined) await auth.sessions.revoke(actor.id, actor.sessionId, 'logout');
    },
  ),
];
