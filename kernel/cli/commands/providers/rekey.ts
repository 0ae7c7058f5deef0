import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane providers rekey',
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ options, surroundings, terminal }) {
    const { providersAtHand } = await import('../../providers/at-hand.ts');
    await using providers = await providersAtHand(surroundings, terminal);
    const report = await providers.desk.rekey();
    if (options.json) terminal.json(report);
    else terminal.print(`${report.reencrypted} encrypted anew; older keys may be taken out of SECRETS_KEY`);
    return 0;
  },
});
