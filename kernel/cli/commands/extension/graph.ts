import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane extension graph --json',
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ options, surroundings, terminal }) {
    const [{ openInspection }, { drawTree }] = await Promise.all([
      import('../../inspection.ts'),
      import('../../extension-tree.ts'),
    ]);
    await using inspection = await openInspection(surroundings, terminal);
    const graph = await inspection.graph();
    if (options.json) terminal.json(graph);
    else {
      for (const { branch, name, state, optional, repeated } of drawTree(graph)) {
        const marks = [
          ...(optional ? ['optional'] : []),
          ...(state === 'active' ? [] : [state ?? 'not found']),
          ...(repeated ? ['see above'] : []),
        ];
        const remark = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
        terminal.print(terminal.style('dim', branch) + name + terminal.style('dim', remark));
      }
    }
    return 0;
  },
});
