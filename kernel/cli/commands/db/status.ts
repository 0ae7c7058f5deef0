import type { Migrator } from '../../../data/index.ts';
import { defineBuiltin } from '../../builtin.ts';
import type { ExitCode } from '../../surroundings.ts';

export default defineBuiltin({
  example: 'backplane db status --extension blog',
  options: {
    extension: { type: 'string', value: 'name', description: 'Only those of this extension' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const { tellMissing, withMigrator } = await import('../../database/migrator.ts');
    const work = async (migrator: Migrator): Promise<ExitCode> => {
      const { migrations, faults } = await migrator.status();
      const shown = migrations.filter(({ extension }) => [undefined, extension].includes(options.extension));
      if (options.json) terminal.json({ migrations: shown, faults: faults.map(({ message }) => message) });
      else if (shown.length === 0) terminal.print('There are no migrations.');
      else {
        terminal.table(
          shown.map(({ key, state, appliedAt = '', database }) => [key, state, database, appliedAt]),
          ['MIGRATION', 'STATE', 'DATABASE', 'APPLIED'],
        );
      }
      if (!options.json) for (const fault of faults) terminal.fail(fault);
      return faults.length > 0 || shown.some(({ state }) => state === 'changed') ? 1 : 0;
    };
    return withMigrator(surroundings, work, { onMissing: tellMissing(terminal) });
  },
});
