import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane extension enable blog',
  arguments: { name: { description: 'Name of the extension' } },
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ args, options, surroundings, terminal }) {
    const { switchExtension } = await import('../../switching.ts');
    await switchExtension({ name: args.name, to: 'enabled', json: options.json }, surroundings, terminal);
    return 0;
  },
});
