import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane make provider acme-pay --capability payment',
  arguments: { name: { description: 'Its name: lower-case words joined by dashes' } },
  options: {
    capability: {
      type: 'string',
      value: 'name',
      required: true,
      description: 'The capability whose driver it is: payment, email, …',
    },
    driver: { type: 'string', value: 'name', description: 'Name of its driver (default: its own name)' },
    path: { type: 'string', value: 'folder', description: 'Where to put its folder (default: providers)' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args: { name }, options, surroundings, terminal }) {
    const [{ makeProvider }, { invocation }] = await Promise.all([
      import('../../make/make-provider.ts'),
      import('../../invocation.ts'),
    ]);
    const made = await makeProvider({ ...options, name }, surroundings);
    if (options.json) terminal.json(made);
    else {
      const command = invocation(surroundings.env);
      for (const file of made.files) terminal.print(`${made.shown}/${file}`);
      terminal.print();
      terminal.print('Next:');
      if (!made.isFound) terminal.print(`  set EXTENSION_PATHS to ${made.parent}, so that it is found`);
      terminal.print(`  write ${made.operations.join(', ')} in ${made.shown}/drivers/${made.driver}.ts`);
      terminal.print(`  ${command} test ${name}`);
      terminal.print(`  name an instance in config/providers.ts, as ${made.shown}/README.md shows`);
      terminal.print(`  ${command} providers test`);
    }
    return 0;
  },
});
