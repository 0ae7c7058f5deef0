import { inspect } from 'node:util';
import { defineBuiltin } from '../builtin.ts';

export default defineBuiltin({
  example: "backplane shell --eval 'kernel.extensions.list().map(({ name }) => name)'",
  options: {
    eval: {
      type: 'string',
      value: 'code',
      description: 'Print the value of this code and leave; it may await',
    },
    json: { type: 'boolean', description: 'Print JSON, with --eval' },
  },
  async run({ options, surroundings, terminal }) {
    const [{ openApplication }, { evaluate, openPrompt, ShellScope }] = await Promise.all([
      import('../application.ts'),
      import('../shell.ts'),
    ]);
    await using application = await openApplication(surroundings, { logLevel: 'warn', tolerant: true });
    await using scope = new ShellScope(application.kernel);
    if (options.eval === undefined) await openPrompt(scope, terminal);
    else {
      let value: unknown;
      try {
        value = await evaluate(options.eval, scope);
      } catch (error) {
        // Where in the code it failed is what its author wants to know.
        terminal.note(inspect(error));
        return 1;
      }
      if (options.json) terminal.json(value ?? null);
      else if (value !== undefined) terminal.inspect(value);
    }
    return 0;
  },
});
