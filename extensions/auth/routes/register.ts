import { route, Type } from 'backplane';
import { askingOf } from '../accounts/asking.ts';
import { closed, Email, Name, Password } from '../schemas/input.ts';
import { Accepted } from '../schemas/views.ts';

export default route.post(
  '/register',
  {
    summary: 'Make an account',
    description:
      'The answer is the same whether or not the address has an account: its owner gets a message, and nobody else learns of it.',
    body: Type.Object({ email: Email, password: Password, name: Type.Optional(Name) }, closed),
    response: { 202: Accepted },
  },
  async ({ body, services, req, locale }) => {
    await services.auth.accounts.register(body, askingOf({ req, locale }));
    return { message: 'If the address is not registered yet, it is now. It gets a message either way.' };
  },
);
