import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane extension disable blog --cascade',
  arguments: { name: { description: 'Name of the extension' } },
  options: {
    cascade: { type: 'boolean', description: 'Also when others depend on it: they are blocked then' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args, options, surroundings, terminal }) {
    const { switchExtension } = await import('../../switching.ts');
    await switchExtension({ ...options, name: args.name, to: 'disabled' }, surroundings, terminal);
    return 0;
  },
});
