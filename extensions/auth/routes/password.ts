import { route, Type } from 'backplane';
import { askingOf } from '../accounts/asking.ts';
import { ownAccount } from '../accounts/own-account.ts';
import { closed, Email, MessageToken, Password } from '../schemas/input.ts';
import { Accepted } from '../schemas/views.ts';
import { clientOf } from '../sessions/client.ts';

export default [
  route.post(
    '/password',
    {
      summary: 'Change the own password',
      description: 'All other sessions of the account end.',
      auth: 'jwt',
      body: Type.Object({ current: Password, password: Password }, closed),
      response: { 204: Type.Null() },
    },
    async ({ actor, body: { current, password }, services: { auth } }) => {
      const userId = ownAccount(actor);
      await auth.logins.assertMayMakeCredential(actor);
      await auth.logins.changePassword(userId, current, password, actor.sessionId);
    },
  ),
  route.post(
    '/password/forgot',
    {
      summary: 'Have a message sent that sets a new password',
      body: Type.Object({ email: Email }, closed),
      response: { 202: Accepted },
    },
    async ({ body: { email }, services: { auth }, req, locale }) => {
      await auth.accounts.requestReset(email, askingOf({ req, locale }));
      return { message: 'If the address has an account, it gets a message.' };
    },
  ),
  route.post(
    '/password/reset',
    {
      summary: 'Set a new password with the token of a message',
      description: 'All sessions and API keys of the account end.',
      body: Type.Object({ token: MessageToken, password: Password }, closed),
      response: { 204: Type.Null() },
    },
    ({ body: { token, password }, services: { auth }, req }) =>
      auth.accounts.reset(token, password, clientOf(req)),
  ),
];
