import { AsyncLocalStorage } from 'node:async_hooks';

// By name: the store is held by every timer and socket made meanwhile, and must not hold a generation.
const extensions = new AsyncLocalStorage<string>();

/** Runs code of an extension outside of any request; what it leaves running can be told to be its own. */
export function runAs<T>(extension: string, run: () => T): T {
  return extensions.run(extension, run);
}

/** The extension whose modules, `register`, `boot`, `health` or `stop` led here, `undefined` when none did. */
export function runningExtension(): string | undefined {
  return extensions.getStore();
}
