import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane extension reload blog',
  arguments: { name: { description: 'Name of the extension' } },
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ args, options, surroundings, terminal }) {
    const { describeOutcome, reloadExtension } = await import('../../switching.ts');
    const status = await reloadExtension(args.name, surroundings);
    if (options.json) terminal.json(status);
    else terminal.print(describeOutcome(status));
    return 0;
  },
});
