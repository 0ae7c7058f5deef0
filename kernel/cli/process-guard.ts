import { inspect } from 'node:util';
import { messageOf } from '../errors.ts';
import type { Kernel } from '../kernel.ts';
import { usualRoots } from '../roots.ts';
import { type CodePlace, ownerOf } from './owner-of.ts';

export interface ProcessGuardOptions {
  readonly kernel: Kernel;
  /** Told, once, of an exception that no extension is to blame for: the process is in an unknown state and has to end. */
  readonly onFatal: () => void;
}

/**
 * Keeps the process alive when an extension leaves a rejected promise or throws where nobody can catch it: both are
 * logged with the extension's name. Disposing of the guard takes it off the process.
 */
export function guardProcess({ kernel, onFatal }: ProcessGuardOptions): Disposable {
  let fatal = false;
  const report = (thrown: unknown, what: string): string | undefined => {
    const owner = ownerOf(thrown, codePlaces(kernel));
    const log = owner === undefined ? kernel.log : kernel.log.child({ extension: owner });
    const text = thrown instanceof Error ? messageOf(thrown) : inspect(thrown);
    const whose = owner === undefined ? '' : ` of "${owner}"`;
    log.error(thrown instanceof Error ? { err: thrown } : {}, `${what}${whose}: ${text}`);
    return owner;
  };
  const onRejection = (reason: unknown): void => {
    report(reason, 'A rejected promise that nobody awaits');
  };
  const onException = (error: unknown): void => {
    const owner = report(error, 'An exception that nobody catches');
    if (owner !== undefined || fatal) return;
    fatal = true;
    kernel.log.fatal('No extension is to blame for that exception, so the process stops');
    onFatal();
  };
  process.on('unhandledRejection', onRejection).on('uncaughtException', onException);
  return {
    [Symbol.dispose]: () => {
      process.off('unhandledRejection', onRejection).off('uncaughtException', onException);
    },
  };
}

/** What is known first; then everything below the usual folders, where the code of an extension that is gone has lain. */
function codePlaces({ extensions, root, settings }: Kernel): readonly CodePlace[] {
  return [
    ...extensions.list().map(({ name, folder }) => ({ name, folder })),
    ...usualRoots(root, settings)
      .filter(({ kind }) => kind === 'folder-of-extensions')
      .map(({ path }) => ({ folder: path })),
  ];
}
