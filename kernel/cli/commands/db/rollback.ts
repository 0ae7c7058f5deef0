import type { Migrator } from '../../../data/index.ts';
import { didYouMean } from '../../../errors.ts';
import { defineBuiltin } from '../../builtin.ts';
import type { DatabaseProject } from '../../database/project.ts';
import type { ExitCode } from '../../surroundings.ts';

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
    const [{ tellMissing, tellSteps, withMigrator }, { planText }, { refuseInProduction }] =
      await Promise.all([
        import('../../database/migrator.ts'),
        import('../../../data/index.ts'),
        import('../../database/production.ts'),
      ]);
    if (!dryRun && !force) await refuseInProduction(surroundings, 'db rollback');
    const work = async (migrator: Migrator, project: DatabaseProject): Promise<ExitCode> => {
      const fault = usageFault(options, await migrator.status(), project);
      if (fault !== undefined) {
        terminal.note(fault);
        return 2;
      }
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
    };
    return withMigrator(surroundings, work, dryRun ? { onMissing: tellMissing(terminal) } : {});
  },
});

/** What was asked for and cannot be there: an extension that nobody knows, a batch that never ran. */
function usageFault(
  { extension, batch }: { readonly extension?: string | undefined; readonly batch?: number | undefined },
  { migrations }: Awaited<ReturnType<Migrator['status']>>,
  { extensions }: DatabaseProject,
): string | undefined {
  if (extension !== undefined) {
    // One that is gone may have left its migrations.
    const known = new Set(
      [...extensions, ...migrations.map(({ extension: name }) => ({ name }))].map(({ name }) => name),
    );
    if (!known.has(extension)) return `There is no extension "${extension}".${didYouMean(extension, known)}`;
  }
  const batches = new Set(migrations.flatMap((one) => one.batch ?? []));
  if (batch === undefined || batches.has(batch)) return undefined;
  const list = [...batches].sort((a, b) => a - b).join(', ');
  return `There is no batch ${batch}. ${list === '' ? 'Nothing is applied.' : `Batches that are applied: ${list}.`}`;
}
