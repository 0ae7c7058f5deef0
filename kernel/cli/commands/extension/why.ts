import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane extension why shop',
  arguments: { name: { description: 'Name of the extension' } },
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ args, options, surroundings, terminal }) {
    const [{ openInspection }, { drawExplanation, explain }, { oneNamed }] = await Promise.all([
      import('../../inspection.ts'),
      import('../../causes.ts'),
      import('../../one-named.ts'),
    ]);
    await using inspection = await openInspection(surroundings, terminal);
    const statuses = new Map((await inspection.extensions()).map((one) => [one.name, one]));
    const { name, state, generation } = oneNamed(args.name, statuses);
    const explanation = explain(name, statuses);
    if (options.json) terminal.json({ name, state, generation, explanation: explanation ?? null });
    else if (explanation) for (const line of drawExplanation(explanation)) terminal.print(line);
    else terminal.print(`${name} runs (generation ${generation}).`);
    return 0;
  },
});
