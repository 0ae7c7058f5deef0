import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane db resolve blog/0002_add_slug done',
  arguments: {
    migration: { description: 'Its key, as the error that asks for it says' },
    outcome: {
      description: 'done: the statement it stopped at took effect; again: it did not, and runs again',
    },
  },
  async run({ args, surroundings, terminal }) {
    const { migration, outcome } = args;
    if (outcome !== 'done' && outcome !== 'again') {
      terminal.note(`"${outcome}" is neither "done" nor "again".`);
      return 2;
    }
    const { withMigrator } = await import('../../database/migrator.ts');
    return withMigrator(surroundings, async (migrator) => {
      await migrator.resolve(migration, outcome);
      terminal.print(`Noted. "backplane db migrate" goes on from there.`);
      return 0;
    });
  },
});
