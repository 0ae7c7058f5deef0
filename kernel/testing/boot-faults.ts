import { BackplaneError } from '../errors.ts';
import type { ExtensionStatus } from '../extension/index.ts';
import type { LogRecord } from './log-records.ts';

/**
 * Why extensions do not run, an error each.
 *
 * @param records what was logged: the stacks of what extensions threw are there
 */
export function bootFaults(
  extensions: readonly ExtensionStatus[],
  records: readonly LogRecord[],
): readonly BackplaneError[] {
  return extensions
    .filter(({ state }) => state !== 'active')
    .map(({ name, reason, lastFailure }) => {
      if (!lastFailure) return new BackplaneError('EXTENSION_BLOCKED', { name, reason });
      const { phase, message } = lastFailure;
      const stack = records.find(({ extension, err }) => extension === name && err?.message === message)?.err
        ?.stack;
      const details = { name, phase, reason: message, serving: false };
      return new BackplaneError(
        'EXTENSION_FAILED',
        details,
        stack === undefined ? {} : { cause: causeOf(message, stack) },
      );
    });
}

/** What the extension threw, as far as the log keeps it. */
function causeOf(message: string, stack: string): Error {
  const cause = new Error(message);
  cause.stack = stack;
  return cause;
}
