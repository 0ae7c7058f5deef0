import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ResourceTracker } from '../leaks/resources.ts';
import { until } from '../until.ts';

const storage = new AsyncLocalStorage<symbol>();

/** What a run has left behind: timers, sockets and other handles that keep a process alive, and rejections that nobody handled. */
export async function leftBehind(run: () => Promise<void>): Promise<readonly string[]> {
  const mark = Symbol('run');
  const origin = () =>
    storage.getStore() === mark ? ({ extension: '', at: '', through: 'others' } as const) : undefined;
  const resources = new ResourceTracker({ origin, isInside: () => storage.getStore() === mark });
  const rejections: string[] = [];
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => rejections.push(`an unhandled rejection: ${String(reason)}`));
  try {
    await storage.run(mark, run);
    const isOver = until(() => resources.leaks().length === 0, { timeout: 2_000 });
    await isOver.catch(() => {});
    await nextTurn();
    return [...resources.leaks().map(({ what }) => what), ...rejections];
  } finally {
    resources.close();
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
}

/** What is written to the terminal while something runs. */
export async function printedBy(run: () => Promise<void>): Promise<string> {
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = new Proxy(stream.write, {
      // It is not printed: it may be a credential.
      apply(_write, _self, given) {
        printed.push(String(given[0]));
        return true;
      },
    });
  }
  try {
    await run();
  } finally {
    for (const [index, stream] of streams.entries()) {
      const original = originals[index];
      if (original) stream.write = original;
    }
  }
  return printed.join('');
}
