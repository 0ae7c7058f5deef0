import Mocha from 'mocha';

export interface SuiteReport {
  readonly passed: readonly string[];
  readonly pending: readonly string[];
  /** Message by title. */
  readonly failed: Readonly<Record<string, string>>;
}

/**
 * Runs what `define` describes in a mocha of its own, within a test.
 *
 * @param only runs those whose full title matches
 */
export async function runNested(define: () => void, only?: RegExp): Promise<SuiteReport> {
  const mocha = new Mocha({ reporter: Silent, timeout: 30_000, ...(only ? { grep: only } : {}) });
  const context: Record<string, unknown> = {};
  mocha.suite.emit('pre-require', context, '', mocha);
  const { describe, it } = globalThis;
  Object.assign(globalThis, { describe: context.describe, it: context.it });
  try {
    define();
  } finally {
    Object.assign(globalThis, { describe, it });
  }
  const passed: string[] = [];
  const pending: string[] = [];
  const failed: Record<string, string> = {};
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => passed.push(titleOf(test)));
    runner.on('pending', (test) => pending.push(titleOf(test)));
    runner.on('fail', (test, error) => {
      failed[titleOf(test)] = error.message;
    });
  });
  mocha.dispose();
  return { passed, pending, failed };
}

class Silent extends Mocha.reporters.Base {}

/** Without the name of the driver. */
const titleOf = (test: Mocha.Runnable): string => test.titlePath().slice(1).join(': ');
