import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane providers add payment/stripe-eu --from stripe-eu.json',
  arguments: { instance: { description: 'CAPABILITY/INSTANCE' } },
  options: {
    from: {
      type: 'string',
      value: 'file',
      required: true,
      description:
        'JSON as in config/providers.ts: driver, config, secrets, priority, …; "-" reads standard input',
    },
    tenant: { type: 'string', value: 'id', description: 'Whose instance it is' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args, options, surroundings, terminal }) {
    const [{ providersAtHand }, { readInstanceFile }, { instanceWord, readInstanceWord }] = await Promise.all(
      [
        import('../../providers/at-hand.ts'),
        import('../../providers/read-instance-file.ts'),
        import('../../providers/instance-word.ts'),
      ],
    );
    const ref = readInstanceWord(args.instance, options.tenant);
    const written = await readInstanceFile(options.from, surroundings);
    await using providers = await providersAtHand(surroundings, terminal);
    const instance = await providers.desk.put(ref, written);
    if (options.json) terminal.json(instance);
    else terminal.print(`${instanceWord(instance)} is kept in the database and ${instance.state}`);
    return 0;
  },
});
