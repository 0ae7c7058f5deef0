import type { Migrator } from '../../../data/index.ts';
import { defineBuiltin } from '../../builtin.ts';
import type { ExitCode } from '../../surroundings.ts';

export default defineBuiltin({
  example: 'backplane db purge blog --yes',
  arguments: { extension: { description: 'Its name; the extension itself may be gone already' } },
  options: {
    force: { type: 'boolean', description: 'Also in production' },
    yes: { type: 'boolean', description: 'Do it; without, only say what would go' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args, options, surroundings, terminal }) {
    const [{ tellMissing, withMigrator }, { refuseInProduction }] = await Promise.all([
      import('../../database/migrator.ts'),
      import('../../database/production.ts'),
    ]);
    if (options.yes && !options.force) await refuseInProduction(surroundings, 'db purge');
    const work = async (migrator: Migrator): Promise<ExitCode> => {
      const { tables, columns, migrations } = await migrator.purge(args.extension, { dryRun: !options.yes });
      const verb = options.yes ? 'dropped' : 'would drop';
      if (options.json) terminal.json({ tables, columns, migrations, done: options.yes });
      else if (migrations.length === 0) terminal.print(`The databases hold nothing of "${args.extension}".`);
      else {
        for (const { table, rows } of tables) terminal.print(`${verb} table "${table}" with ${rows} rows`);
        for (const { table, column } of columns) terminal.print(`${verb} column "${column}" of "${table}"`);
        if (!options.yes) terminal.note('Nothing was changed. Add --yes to do it; it cannot be undone.');
      }
      return 0;
    };
    return withMigrator(surroundings, work, options.yes ? {} : { onMissing: tellMissing(terminal) });
  },
});
