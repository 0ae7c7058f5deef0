import { type Actor, problem, route, type Services, Type } from 'backplane';
import { ownAccount } from '../accounts/own-account.ts';
import { User } from '../entities/user.ts';
import { closed, Name } from '../schemas/input.ts';
import { UserView, userView } from '../schemas/views.ts';

export default [
  route.get(
    '/me',
    { summary: 'Who asks', auth: 'required', response: { 200: UserView } },
    async ({ actor, services }) => userView(await userOf(actor, services)),
  ),
  route.patch(
    '/me',
    {
      summary: 'Change the own profile',
      auth: 'jwt',
      body: Type.Object({ name: Type.Optional(Type.Union([Name, Type.Null()])) }, closed),
      response: { 200: UserView },
    },
    async ({ actor, body, services: { data } }) => {
      const changes = body.name === undefined ? {} : { name: body.name };
      return userView(await data.repository(User).update(ownAccount(actor), changes));
    },
  ),
];

async function userOf({ id, kind }: Actor, { data }: Services): Promise<User> {
  const user = kind === undefined ? undefined : await data.repository(User).find(id);
  if (user) return user;
  throw problem(403, 'These credentials belong to no user.', { code: 'NOT_A_USER' });
}
