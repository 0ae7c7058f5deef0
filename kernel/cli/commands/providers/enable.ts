import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane providers enable payment/stripe-eu',
  arguments: { instance: { description: 'CAPABILITY/INSTANCE' } },
  options: {
    tenant: { type: 'string', value: 'id', description: 'Whose instance it is' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args, options, surroundings, terminal }) {
    const { switchInstance } = await import('../../providers/switch-instance.ts');
    await switchInstance({ ...options, word: args.instance, to: 'enabled' }, surroundings, terminal);
    return 0;
  },
});
