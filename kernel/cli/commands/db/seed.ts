import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane db seed --extension blog',
  options: {
    extension: {
      type: 'string',
      value: 'name',
      description: 'Only those of this extension, and what they depend on',
    },
    force: { type: 'boolean', description: 'Also those that have run before' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const { openDatabaseProject } = await import('../../database/project.ts');
    const { named } = await import('../../database/unreachable.ts');
    const { seedAll } = await import('../../database/seed.ts');
    await using project = await openDatabaseProject(surroundings);
    const ran = await named(project.databases, () =>
      seedAll(project, options, ({ key, outcome, done, total }) =>
        terminal.note(`${done}/${total} ${key}: ${outcome}`),
      ),
    );
    if (options.json) terminal.json(ran);
    else if (ran.length === 0) terminal.print('There are no seeds.');
    else
      terminal.print(`${ran.filter(({ outcome }) => outcome === 'ran').length} of ${ran.length} seeds ran.`);
    const changed = ran.filter(({ outcome }) => outcome === 'changed').map(({ key }) => key);
    if (changed.length > 0)
      terminal.note(`Edited since they ran, and left alone: ${changed.join(', ')} (--force runs them again)`);
    return 0;
  },
});
