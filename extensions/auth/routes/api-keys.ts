import { problem, reply, route, Type } from 'backplane';
import { ownAccount } from '../accounts/own-account.ts';
import { closed, Id, Scope } from '../schemas/input.ts';
import { ApiKeyView, apiKeyView } from '../schemas/views.ts';
import { unstored } from '../sessions/token-reply.ts';

const Created = Type.Object({
  ...ApiKeyView.properties,
  key: Type.String({ description: 'To be sent as x-api-key. It is told here and never again.' }),
});

export default [
  route.get(
    '/api-keys',
    { summary: 'The own API keys', auth: 'jwt', response: { 200: Type.Array(ApiKeyView) } },
    async ({ actor, services: { auth } }) =>
      (await auth.apiKeys.list(ownAccount(actor))).map((row) => apiKeyView(row)),
  ),
  route.post(
    '/api-keys',
    {
      summary: 'Make an API key',
      auth: 'jwt',
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f]*$' }),
          scopes: Type.Array(Scope, {
            minItems: 1,
            maxItems: 100,
            description: 'What the key may do at most; "*" is everything that you may.',
          }),
          expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
        },
        closed,
      ),
      response: { 201: Created },
    },
    async ({ actor, body: { name, scopes, expiresAt }, services: { auth } }) => {
      const userId = ownAccount(actor);
      await auth.logins.assertMayMakeCredential(actor);
      const made = { name, scopes, expiresAt: expiresAt ?? null };
      const { key, row } = await auth.apiKeys.create(userId, made, actor.scopes);
      // Whoever ended the session meanwhile has revoked the keys that were there. This one came later.
      if (actor.sessionId === undefined || !(await auth.sessions.isLive(actor.id, actor.sessionId))) {
        await auth.apiKeys.revoke(actor.id, row.id);
        throw problem(401, 'The session has ended.', { code: 'TOKEN_INVALID' });
      }
      return reply(201, { ...apiKeyView(row), key }, unstored);
    },
  ),
  route.delete(
    '/api-keys/:id',
    { summary: 'Revoke one of the own API keys', auth: 'jwt', params: Id, response: { 204: Type.Null() } },
    async ({ actor, params: { id }, services: { auth } }) => {
      if (!(await auth.apiKeys.revoke(ownAccount(actor), id)))
        throw problem(404, `You have no API key ${id}.`);
    },
  ),
];
