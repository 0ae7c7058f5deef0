// One start in a process of its own; prints milliseconds as JSON. The kernel's own modules are loaded before the clock
// starts, for both ways need them.
//
//   node boot-once.ts kernel APPLICATION COUNT    a kernel boots the extensions of the application
//   node boot-once.ts import APPLICATION COUNT    Node imports their files, and nothing else

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createKernel } from '../kernel/index.ts';
import { smallFiles, smallNames } from './small-extensions.ts';

const [way, root = '.', count = '0'] = process.argv.slice(2);
const names = smallNames(Number(count));
const took = way === 'kernel' ? await bootKernel() : await importFiles();
console.log(JSON.stringify({ took }));
process.exit();

async function bootKernel(): Promise<number> {
  const started = performance.now();
  const kernel = await createKernel({
    root,
    extensionRoots: [{ path: join(root, 'extensions'), kind: 'folder-of-extensions' }],
  });
  await kernel.boot();
  const duration = performance.now() - started;
  const active = kernel.extensions.list().filter(({ state }) => state === 'active').length;
  if (active !== names.length) throw new Error(`${active} of ${names.length} extensions are active.`);
  if (names.length > 0) {
    const { status } = await kernel.inject('GET', `/${names.at(-1)}/notes/first`);
    if (status !== 200) throw new Error(`The last extension answers with ${status}.`);
  }
  return duration;
}

/** One module that imports all others: with as many `import()` as there are files Node takes several times as long. */
async function importFiles(): Promise<number> {
  const files = names.flatMap((name) => smallFiles.map((file) => `./extensions/${name}/${file}`));
  const entry = join(root, 'entry.mjs');
  writeFileSync(entry, files.map((file) => `import '${file}';\n`).join(''));
  const started = performance.now();
  await import(pathToFileURL(entry).href);
  return performance.now() - started;
}
