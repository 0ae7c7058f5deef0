// Run by itself: uses the data layer as any script would, and prints the files that were loaded for it.
import { registerHooks } from 'node:module';

const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});

const { compileEntities, Database, defineEntity, Type } = await import('backplane/data');
const Note = defineEntity('notes.note', { fields: { text: Type.String() } });
const catalog = compileEntities([{ value: Note, owner: 'notes' }]);
await using database = new Database({ url: 'sqlite::memory:' });
const [row] = await database.run('select ? as text', [catalog.get('notes.note').table]);
console.log(JSON.stringify({ row, loaded: [...loaded] }));
