import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane providers disable payment/stripe-eu --reason "its account is closed"',
  arguments: { instance: { description: 'CAPABILITY/INSTANCE' } },
  options: {
    tenant: { type: 'string', value: 'id', description: 'Whose instance it is' },
    reason: { type: 'string', value: 'text', description: 'Shown wherever it is told that it is disabled' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args, options, surroundings, terminal }) {
    const { switchInstance } = await import('../../providers/switch-instance.ts');
    await switchInstance({ ...options, word: args.instance, to: 'disabled' }, surroundings, terminal);
    return 0;
  },
});
