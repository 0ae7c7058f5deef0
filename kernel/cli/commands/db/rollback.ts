import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane db rollback --extension blog --steps 1',
  options: {
    extension: {
      type: 'string',
      value: 'name',
      description: 'Only those of this extension, and what needs them',
    },
    steps: {
      type: 'number',
      value: 'count',
      description: 'How many of the latest migrations; the latest batch if left out',
    },
    batch: {
      type: 'number',
      value: 'number',
      description: 'Those that were applied together with this number',
    },
    dryRun: { type: 'boolean', description: 'Only print the SQL' },
    force: { type: 'boolean', description: 'Also in production' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const { extension, steps, batch, dryRun, force } = options;
    const [{ tellSteps, withMigrator }, { planText }, { refuseInProduction }] = await Promise.all([
      import('../../database/migrator.ts'),
      import('../../../data/index.ts'),
      import('../../database/production.ts'),
    ]);
    if (!dryRun && !force) await refuseInProduction(surroundings, 'db rollback');
    return withMigrator(surroundings, async (migrator) => {
      const run = await migrator.rollback({
        ...(extension === undefined ? {} : { extension }),
        ...(steps === undefined ? {} : { steps }),
        ...(batch === undefined ? {} : { batch }),
        dryRun,
        onProgress: tellSteps(terminal),
      });
      if (options.json) terminal.json(run);
      else if (run.migrations.length === 0) terminal.print('Nothing is applied that could be rolled back.');
      else if (dryRun) terminal.print(planText(run));
      else for (const { key } of run.migrations) terminal.print(`rolled back ${key}`);
      return 0;
    });
  },
});
