import { defineCommand, type Services } from 'backplane';
import { userByEmail } from '../accounts/user-by-email.ts';
import type { User } from '../entities/user.ts';

const address = { email: { description: 'Address of the account' } } as const;

export default [
  defineCommand({
    name: 'auth user disable',
    description: 'Closes an account: its sessions end, and nobody gets in',
    arguments: address,
    async run({ args, services, print }) {
      const user = await find(args.email, services);
      await services.auth.administration.disable(user.id);
      print(`${user.email} is disabled.`);
    },
  }),
  defineCommand({
    name: 'auth user enable',
    description: 'Opens an account again',
    arguments: address,
    async run({ args, services, print }) {
      const user = await find(args.email, services);
      await services.auth.administration.enable(user.id);
      print(`${user.email} is enabled.`);
    },
  }),
  defineCommand({
    name: 'auth user verify',
    description: 'Takes the address of an account for verified, without a message to it',
    arguments: address,
    async run({ args, services, print }) {
      const user = await find(args.email, services);
      await services.auth.administration.verifyEmail(user.id);
      print(`${user.email} is verified.`);
    },
  }),
];

async function find(email: string, services: Services): Promise<User> {
  const user = await userByEmail({ services }, email);
  if (!user) throw new Error(`There is no account of ${email}.`);
  return user;
}
