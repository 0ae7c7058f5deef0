import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hashFolder, ModuleLoader } from '../../../kernel/extension/modules/index.ts';

// Run with --expose-gc and a workspace: reloads its extension 200 times, each with another content, and prints how
// many generations were collected.
const GENERATIONS = 200;
const root = process.argv[2] ?? '';
const extensions = join(root, 'extensions');
const loader = new ModuleLoader({
  cache: join(root, 'var'),
  native: false,
  timeLimit: 5000,
  onWarning: console.error,
});
let collected = 0;
const registry = new FinalizationRegistry(() => collected++);

async function load(name: string, neighbour?: object): Promise<object> {
  const folder = join(extensions, name);
  const { hash } = await hashFolder(folder);
  const modules = await loader.load({ name, folder }, { hash, neighbour: () => neighbour });
  await Promise.all(modules.files.map((file) => modules.import(file)));
  return modules.index ?? {};
}

async function reload(): Promise<void> {
  await appendFile(join(extensions, 'blog/index.ts'), '\n');
  const index = await load('blog', await load('email'));
  registry.register(index, undefined);
  if ('marker' in index && typeof index.marker === 'object' && index.marker !== null) {
    // The stack is mapped, since what Node keeps for that must go as well.
    String(new Error('mapped').stack);
  }
}

for (let generation = 0; generation < GENERATIONS; generation++) await reload();
for (let round = 0; round < 20 && collected < GENERATIONS; round++) {
  globalThis.gc?.();
  await setImmediate();
}
console.log(JSON.stringify({ loaded: GENERATIONS, collected }));
