import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: "backplane make entity blog.post title:string 'body:text?' author:belongsTo:auth.user",
  arguments: {
    entity: { description: '<extension>.<entity>, the entity in the singular' },
    fields: {
      variadic: true,
      description:
        'name:type, where type is string, text, integer, number, boolean, timestamp, date, uuid, json, a|b|c or ' +
        'belongsTo:<entity> (hasMany, hasOne, manyToMany); "?" after it makes it optional, ":unique" or ":index" adds an index',
    },
  },
  options: { json: { type: 'boolean', description: 'Print JSON' } },
  async run({ args, options, surroundings, terminal }) {
    const [{ makeEntity }, { invocation }] = await Promise.all([
      import('../../make/make-entity.ts'),
      import('../../invocation.ts'),
    ]);
    const made = makeEntity(args.entity, args.fields, surroundings.cwd);
    if (options.json) terminal.json(made);
    else {
      const [extension = ''] = made.entity.split('.');
      terminal.print(made.file);
      terminal.print();
      terminal.print('Next:');
      terminal.print(
        `  ${invocation(surroundings.env)} db make --extension ${extension}   # writes its migration`,
      );
    }
    return 0;
  },
});
