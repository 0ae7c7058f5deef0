/** Time as the pool sees it, so that tests can simulate hours in milliseconds. */
export interface Clock {
  /** Milliseconds; only differences count, and it never goes back. */
  now(): number;
  /** Milliseconds since 1970, for what is kept beyond this process. */
  date(): number;
  /** Calls back once, after that many milliseconds. @returns takes it back */
  after(milliseconds: number, run: () => void): () => void;
}

/** Evenly distributed in [0, 1), as `Math.random`. */
export type Random = () => number;

/** Milliseconds that a timer of Node can hold; a longer one would end at once. */
const longest = 2 ** 31 - 1;

/** Real time. Its timers keep a process alive: a call is on its way. */
export const realClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(Math.max(milliseconds, 0), longest));
    return () => clearTimeout(timer);
  },
};

/** Waits, or until the signal aborts: it resolves either way, and whoever waited looks at the signal. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(milliseconds, end);
    signal?.addEventListener('abort', end);
  });
}

/** The promise, or `undefined` as soon as the signal aborts; what the promise does later is nobody's affair. */
export function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(undefined);
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
