import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane extension list --json',
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ options, surroundings, terminal }) {
    const [{ openInspection }, { stateText }] = await Promise.all([
      import('../../inspection.ts'),
      import('../../running-summary.ts'),
    ]);
    await using inspection = await openInspection(surroundings, terminal);
    const extensions = await inspection.extensions();
    if (options.json) terminal.json(extensions);
    else if (extensions.length === 0)
      terminal.print('There is no extension. "backplane extension create NAME" writes one.');
    else {
      terminal.table(
        extensions.map(({ name, version = '', state, generation, reason, lastFailure }) => [
          name,
          version,
          stateText(state, terminal),
          generation === 0 ? '' : String(generation),
          // A failed reload is worth a word also while the generation before serves.
          inOneLine(reason || (lastFailure ? `last reload failed: ${lastFailure.message}` : '')),
        ]),
        ['NAME', 'VERSION', 'STATE', 'GENERATION', 'REASON'],
      );
    }
    return 0;
  },
});

/** A reason of several lines, such as a list of faults, as one. */
function inOneLine(reason: string): string {
  const [first = '', ...rest] = reason.split(/\n\s*(?:- )?/);
  return [first, rest.join(' ')].join(' ').trim();
}
