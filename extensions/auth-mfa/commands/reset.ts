import { defineCommand } from 'backplane';
import { User } from '../../auth/index.ts';

export default defineCommand({
  name: 'auth mfa reset',
  description: 'Removes all second factors of an account whose owner has lost them',
  arguments: { email: { description: 'Address of the account' } },
  async run({ args, services, print }) {
    const email = args.email.trim().normalize('NFC').toLowerCase();
    const user = await services.data.repository(User).query().where('email', email).first();
    if (!user) throw new Error(`There is no account of ${args.email}.`);
    await services.mfa.reset(user.id);
    print(`${user.email} logs in with the password alone, until a second factor is set up again.`);
  },
});
