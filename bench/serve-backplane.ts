// A kernel that serves the extensions of one application; started as a process of its own.
//
//   node serve-backplane.ts APPLICATION [FURTHER_EXTENSION…]

import { setImmediate } from 'node:timers/promises';
import { createKernel } from '../kernel/index.ts';

const [root = '.', ...further] = process.argv.slice(2);
const kernel = await createKernel({
  root,
  env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
  extensionRoots: [
    { path: `${root}/extensions`, kind: 'folder-of-extensions' },
    ...further.map((path) => ({ path, kind: 'extension' as const })),
  ],
});
const { port } = await kernel.start();

process.on('message', async (message) => process.send?.(await answerTo(message)));
process.on('disconnect', () => process.exit());
process.send?.({ port });

async function answerTo(message: unknown): Promise<object> {
  if (message === 'heap') return { bytes: await heapInUse() };
  return { extensions: kernel.extensions.list() };
}

/** Bytes that are in use once everything that can be collected has been. Needs `--expose-gc`. */
async function heapInUse(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('This needs the option --expose-gc.');
  await kernel.extensions.idle();
  // What one collection lets go of (finalisers, weak references) is free only after the next.
  for (let time = 0; time < 5; time += 1) {
    await setImmediate();
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}
