import type { Migrator } from '../../../data/index.ts';
import { defineBuiltin } from '../../builtin.ts';
import type { DatabaseProject } from '../../database/project.ts';
import type { ExitCode } from '../../surroundings.ts';

export default defineBuiltin({
  example: 'backplane db migrate --extension blog --dry-run',
  options: {
    extension: {
      type: 'string',
      value: 'name',
      description: 'Only those of this extension, and what they need',
    },
    to: { type: 'string', value: 'key', description: 'Up to this migration: blog/0003_add_slug' },
    dryRun: {
      type: 'boolean',
      description: 'Only print the SQL, with marks at what destroys data or breaks running code',
    },
    allowDestructive: { type: 'boolean', description: 'Also run what destroys data' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const { extension, to, dryRun, allowDestructive } = options;
    const [{ tellMissing, tellSteps, withMigrator }, { planText }] = await Promise.all([
      import('../../database/migrator.ts'),
      import('../../../data/index.ts'),
    ]);
    const work = async (migrator: Migrator, project: DatabaseProject): Promise<ExitCode> => {
      if (extension !== undefined) project.extension(extension);
      const run = await migrator.migrate({
        ...(extension === undefined ? {} : { extension }),
        ...(to === undefined ? {} : { to }),
        dryRun,
        allowDestructive,
        onProgress: tellSteps(terminal),
      });
      if (options.json) terminal.json(run);
      else if (run.migrations.length === 0) terminal.print('Nothing is pending.');
      else if (dryRun) terminal.print(planText(run));
      else {
        for (const { key } of run.migrations) terminal.print(`applied ${key}`);
        terminal.print(`${run.migrations.length} in ${Math.round(run.duration)} ms`);
      }
      return 0;
    };
    return withMigrator(surroundings, work, dryRun ? { onMissing: tellMissing(terminal) } : {});
  },
});
