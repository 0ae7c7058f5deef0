import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane db fresh --seed',
  options: {
    extension: { type: 'string', value: 'name', description: 'Only the tables of this extension' },
    seed: { type: 'boolean', description: 'Run the seeds afterwards' },
    force: { type: 'boolean', description: 'Also in production' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const { extension, seed, force } = options;
    const [{ tellSteps, withMigrator }, { refuseInProduction }, { seedAll }] = await Promise.all([
      import('../../database/migrator.ts'),
      import('../../database/production.ts'),
      import('../../database/seed.ts'),
    ]);
    if (!force) await refuseInProduction(surroundings, 'db fresh');
    return withMigrator(surroundings, async (migrator, project) => {
      const { migrations } = await migrator.status();
      const owners = extension === undefined ? ownersOf(migrations) : [project.extension(extension).name];
      // Whoever builds on others goes first.
      for (const owner of owners.toReversed()) {
        const { tables } = await migrator.purge(owner);
        for (const { table, rows } of tables) terminal.note(`${owner}: dropped "${table}" with ${rows} rows`);
      }
      const chosen = extension === undefined ? {} : { extension };
      const run = await migrator.migrate({ ...chosen, onProgress: tellSteps(terminal) });
      const seeds = seed
        ? await seedAll(project, { extension, force: true }, ({ key, done, total }) =>
            terminal.note(`${done}/${total} ${key}`),
          )
        : [];
      if (options.json)
        terminal.json({
          migrations: run.migrations.map(({ key }) => key),
          seeds: seeds.map(({ key }) => key),
        });
      else
        terminal.print(
          `${run.migrations.length} migrations applied${seed ? `, ${seeds.length} seeds ran` : ''}.`,
        );
      return 0;
    });
  },
});

/** Extensions that have applied migrations, in the order of applying their first. */
function ownersOf(migrations: readonly { readonly extension: string; readonly state: string }[]): string[] {
  return [
    ...new Set(migrations.filter(({ state }) => state !== 'pending').map(({ extension }) => extension)),
  ];
}
