import type { Migrator } from '../../../data/index.ts';
import { defineBuiltin } from '../../builtin.ts';
import type { DatabaseProject } from '../../database/project.ts';
import type { ExitCode } from '../../surroundings.ts';

export default defineBuiltin({
  example: 'backplane db make --extension blog --rename blog_posts.title=headline',
  options: {
    extension: {
      type: 'string',
      value: 'name',
      description: 'Only for this extension; for each that needs one if left out',
    },
    name: { type: 'string', value: 'words', description: 'Words for the name of the file: add_slug' },
    rename: {
      type: 'string',
      value: 'table.column=name',
      description: 'What is not gone but has another name now (table=name for a table); several with commas',
    },
    dryRun: { type: 'boolean', description: 'Only print what would be written' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const { withMigrator } = await import('../../database/migrator.ts');
    const { makeAll } = await import('../../database/make.ts');
    const work = async (migrator: Migrator, project: DatabaseProject): Promise<ExitCode> => {
      const made = await makeAll(migrator, project, options);
      if (options.json)
        terminal.json(made.map(({ source, ...rest }) => (options.dryRun ? { ...rest, source } : rest)));
      else if (made.length === 0)
        terminal.print('The migrations say what the entities say: there is nothing to make.');
      for (const { shown, source, steps } of options.json ? [] : made) {
        terminal.print(shown);
        for (const { title, destroysData, breaksRunningCode } of steps) {
          const marks = [destroysData ? 'destroys data' : '', breaksRunningCode ? 'breaks running code' : ''];
          terminal.print(`  ${[title, ...marks.filter(Boolean).map((mark) => `[${mark}]`)].join(' ')}`);
        }
        if (options.dryRun) terminal.print(source);
      }
      return 0;
    };
    // It compares with files: whether there is a database already is all the same.
    return withMigrator(surroundings, work, { onMissing: () => {} });
  },
});
