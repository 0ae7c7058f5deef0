import { defineBuiltin } from '../builtin.ts';

export default defineBuiltin({
  example: 'backplane routes --extension blog',
  options: {
    extension: { type: 'string', value: 'name', description: 'Only those of this extension' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const [{ openInspection }, { oneNamed }] = await Promise.all([
      import('../inspection.ts'),
      import('../one-named.ts'),
    ]);
    await using inspection = await openInspection(surroundings, terminal);
    const { extension } = options;
    if (extension !== undefined && extension !== 'kernel') {
      oneNamed(extension, new Map((await inspection.extensions()).map((one) => [one.name, one])));
    }
    const routes = (await inspection.routes()).filter(
      (route) => extension === undefined || route.extension === extension,
    );
    if (options.json) terminal.json(routes);
    else {
      terminal.table(
        routes.map(({ method, path, extension: owner, auth, summary }) => [
          method,
          path,
          owner,
          auth,
          summary,
        ]),
        ['METHOD', 'PATH', 'EXTENSION', 'AUTH', 'SUMMARY'],
      );
    }
    return 0;
  },
});
