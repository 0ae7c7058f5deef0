import { route, Type } from 'backplane';
import { closed, Email, Name, Password } from '../schemas/input.ts';
import { Accepted } from '../schemas/views.ts';
import { clientOf } from '../sessions/client.ts';

export default route.post(
  '/register',
  {
    summary: 'Make an account',
    description:
      'The answer is the same whether or not the address has an account: its owner gets a message, and nobody else learns of it.',
    body: Type.Object({ email: Email, password: Password, name: Type.Optional(Name) }, closed),
    response: { 202: Accepted },
  },
  async ({ body, services, req }) => {
    await services.auth.accounts.register(body, clientOf(req));
    return { message: 'If the address is not registered yet, it is now. It gets a message either way.' };
  },
);
