import { route, Type } from 'backplane';
import { askingOf } from '../accounts/asking.ts';
import { closed, Email, MessageToken } from '../schemas/input.ts';
import { Accepted } from '../schemas/views.ts';
import { clientOf } from '../sessions/client.ts';

export default [
  route.post(
    '/email/verify',
    {
      summary: 'Verify an address with the token of a message',
      body: Type.Object({ token: MessageToken }, closed),
      response: { 204: Type.Null() },
    },
    ({ body: { token }, services: { auth }, req }) => auth.accounts.verifyEmail(token, clientOf(req)),
  ),
  route.post(
    '/email/verify/request',
    {
      summary: 'Have the message sent again that verifies an address',
      body: Type.Object({ email: Email }, closed),
      response: { 202: Accepted },
    },
    async ({ body: { email }, services: { auth }, req, locale }) => {
      await auth.accounts.requestVerification(email, askingOf({ req, locale }));
      return { message: 'If the address has an account that is not verified, it gets a message.' };
    },
  ),
];
