import { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleLoader } from '../../../kernel/extension/modules/index.ts';

// Kills the compiler's process after a first build and prints how four further ones ended.
const root = process.argv[2] ?? '';
const children: ChildProcess[] = [];
subscribe('child_process', (message) => {
  if (message instanceof Object && 'process' in message && message.process instanceof ChildProcess) {
    children.push(message.process);
  }
});
const loader = new ModuleLoader({
  cache: undefined,
  native: false,
  timeLimit: 5000,
  onWarning: console.error,
});

function load(name: string) {
  const folder = join(root, 'extensions', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.ts'), 'export default 1;');
  return loader.load({ name, folder }, { hash: name, neighbour: () => undefined });
}

await load('first');
for (const child of children) {
  child.ref();
  child.kill();
  await once(child, 'exit');
}
const ends = await Promise.allSettled(['a', 'b', 'c', 'd'].map(load));
console.log(JSON.stringify(ends.map(({ status }) => status)));
