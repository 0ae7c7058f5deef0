import { defineBuiltin } from '../builtin.ts';

export default defineBuiltin({
  example: 'backplane hooks --entity blog.post',
  options: {
    entity: { type: 'string', value: 'name', description: 'Only those that are called for this entity' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options: { entity, json }, surroundings, terminal }) {
    const { openInspection } = await import('../inspection.ts');
    await using inspection = await openInspection(surroundings, terminal);
    const hooks = (await inspection.hooks()).filter(
      (hook) => entity === undefined || hook.entity === '*' || hook.entity === entity,
    );
    if (json) terminal.json(hooks);
    else {
      terminal.table(
        hooks.map((hook) => [
          hook.entity,
          hook.operation,
          hook.phase,
          String(hook.priority),
          hook.extension,
          hook.id,
          hook.file,
        ]),
        ['ENTITY', 'OPERATION', 'PHASE', 'PRIORITY', 'EXTENSION', 'ID', 'FILE'],
      );
    }
    return 0;
  },
});
