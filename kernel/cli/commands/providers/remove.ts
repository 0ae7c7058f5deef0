import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane providers remove payment/stripe-eu',
  arguments: { instance: { description: 'CAPABILITY/INSTANCE' } },
  options: { tenant: { type: 'string', value: 'id', description: 'Whose instance it is' } },
  async run({ args, options, surroundings, terminal }) {
    const [{ providersAtHand }, { readInstanceWord }] = await Promise.all([
      import('../../providers/at-hand.ts'),
      import('../../providers/instance-word.ts'),
    ]);
    const ref = readInstanceWord(args.instance, options.tenant);
    await using providers = await providersAtHand(surroundings, terminal);
    await providers.desk.remove(ref);
    terminal.print(`${args.instance} is forgotten`);
    return 0;
  },
});
