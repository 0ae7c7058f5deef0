import { problem, route, Type } from 'backplane';
import { ownAccount } from '../accounts/own-account.ts';
import { Id } from '../schemas/input.ts';
import { SessionView, sessionView } from '../schemas/views.ts';

export default [
  route.get(
    '/sessions',
    { summary: 'The own sessions', auth: 'jwt', response: { 200: Type.Array(SessionView) } },
    async ({ actor, services: { auth } }) => {
      const sessions = await auth.sessions.list(ownAccount(actor));
      return sessions.map((session) => sessionView(session, actor.sessionId));
    },
  ),
  route.delete(
    '/sessions',
    {
      summary: 'End all of the own sessions but the one that asks',
      auth: 'jwt',
      response: { 204: Type.Null() },
    },
    ({ actor, services: { auth } }) => auth.sessions.revokeAll(ownAccount(actor), 'revoked', actor.sessionId),
  ),
  route.delete(
    '/sessions/:id',
    { summary: 'End one of the own sessions', auth: 'jwt', params: Id, response: { 204: Type.Null() } },
    async ({ actor, params: { id }, services: { auth } }) => {
      if (!(await auth.sessions.revoke(ownAccount(actor), id, 'revoked'))) {
        throw problem(404, `You have no session ${id}.`);
      }
    },
  ),
];
