import { defineCommand } from 'backplane';

export default defineCommand({
  name: 'auth rotate-keys',
  description: 'Has a new key sign access tokens; the others verify until what they signed has expired',
  options: {
    now: {
      type: 'boolean',
      description: 'What they signed holds no longer: for when a key is known to somebody',
    },
  },
  async run({ options, services, print }) {
    const { kid, algorithm } = await services.auth.keys.rotate({ immediately: options.now === true });
    print(`The key ${kid} (${algorithm}) signs from now on.`);
  },
});
