import { randomBytes } from 'node:crypto';
import { defineCommand } from 'backplane';

export default defineCommand({
  name: 'auth user create',
  description: 'Makes an account with a password that is shown once',
  arguments: { email: { description: 'Address; it counts as verified' } },
  options: {
    admin: { type: 'boolean', description: 'May administrate everything' },
    name: { type: 'string', description: 'Name to show' },
  },
  async run({ args, options, services, print }) {
    const { auth } = services;
    // On the command line other users of the machine could read it.
    const password = randomBytes(15).toString('base64url');
    const user = await auth.administration.create({
      email: args.email,
      password,
      name: options.name ?? null,
      admin: options.admin === true,
    });
    print(`${user.email} is ${user.admin ? 'an administrator' : 'a user'} now, with the password`);
    print(`  ${password}`);
    print('which is kept nowhere else. Change it by POST /auth/password.');
  },
});
