import type { Databases, OwnedTable } from '../../../data/index.ts';
import { BackplaneError } from '../../../errors.ts';
import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane db fresh --seed --yes',
  options: {
    extension: { type: 'string', value: 'name', description: 'Only the tables of this extension' },
    seed: { type: 'boolean', description: 'Run the seeds afterwards' },
    yes: { type: 'boolean', description: 'Do not ask; needed where nobody can be asked' },
    force: { type: 'boolean', description: 'Also in production' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const { extension, seed, force, yes } = options;
    const [{ tellSteps, withMigrator }, { refuseInProduction }, { seedAll }] = await Promise.all([
      import('../../database/migrator.ts'),
      import('../../database/production.ts'),
      import('../../database/seed.ts'),
    ]);
    if (!force) await refuseInProduction(surroundings, 'db fresh');
    return withMigrator(surroundings, async (migrator, project) => {
      const { migrations } = await migrator.status();
      const owners = extension === undefined ? ownersOf(migrations) : [project.extension(extension).name];
      if (!yes) {
        const what = tablesThatGo(await migrator.tables(), owners, project.databases);
        if (what.length > 0 && !terminal.canAsk)
          throw new BackplaneError('YES_NEEDED', { command: 'db fresh', what });
        if (what.length > 0 && !(await terminal.confirm(`Drop ${what.join(' and ')}?`))) {
          terminal.note('Nothing was changed.');
          return 1;
        }
      }
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

/** `3 tables with all their rows in the database "default" (var/backplane.sqlite)`, for each database. */
function tablesThatGo(
  tables: readonly OwnedTable[],
  owners: readonly string[],
  databases: Databases,
): readonly string[] {
  const going = tables.filter(({ extension }) => owners.includes(extension));
  return [...Map.groupBy(going, ({ database }) => database)].map(([name, { length }]) => {
    const { where } = databases.get(name);
    return `${length} ${length === 1 ? 'table' : 'tables'} with all rows in the database "${name}" (${where})`;
  });
}

/** Extensions that have applied migrations, in the order of applying their first. */
function ownersOf(migrations: readonly { readonly extension: string; readonly state: string }[]): string[] {
  return [
    ...new Set(migrations.filter(({ state }) => state !== 'pending').map(({ extension }) => extension)),
  ];
}
