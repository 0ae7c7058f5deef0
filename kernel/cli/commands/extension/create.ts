import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane extension create blog',
  arguments: { name: { description: 'Its name: lower-case words joined by dashes' } },
  options: {
    path: { type: 'string', value: 'folder', description: 'Where to put its folder (default: extensions)' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args, options, surroundings, terminal }) {
    const [{ writeExtension }, { extensionTemplate }, { invocation }] = await Promise.all([
      import('../../write-extension.ts'),
      import('../../extension-template.ts'),
      import('../../invocation.ts'),
    ]);
    const command = invocation(surroundings.env);
    const created = writeExtension({
      name: args.name,
      path: options.path,
      usual: 'extensions',
      root: surroundings.cwd,
      files: extensionTemplate(args.name),
    });
    if (options.json) terminal.json(created);
    else {
      for (const file of created.files) terminal.print(`${created.shown}/${file}`);
      terminal.print();
      terminal.print('Next:');
      if (!created.isFound) terminal.print(`  set EXTENSION_PATHS to ${created.parent}, so that it is found`);
      terminal.print(`  ${command} test ${args.name}`);
      terminal.print(`  ${command} dev        # then open /${args.name}/greetings/you`);
    }
    return 0;
  },
});
