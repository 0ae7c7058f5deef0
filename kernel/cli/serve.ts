import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import type { Address } from '../http/index.ts';
import { createKernel, type Kernel } from '../kernel.ts';
import type { Variables } from '../settings/index.ts';
import { guardProcess } from './process-guard.ts';
import { describeRunning } from './running-summary.ts';
import { onStopSignal } from './stop-signals.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import type { Terminal } from './terminal.ts';
import { trimFolder } from './trim-folder.ts';

/** Characters that a root API key should have. */
const safeKey = 16;

/** Files in Node's compile cache (about 5 KB each) that are kept. */
const compiledFiles = 5000;

/**
 * Serves the application until a signal ends it.
 *
 * @param env the environment, with what the command adds to it
 * @returns 0 after a graceful stop, 1 after an exception that no extension is to blame for
 * @throws what kept it from starting, such as PORT_IN_USE
 */
export async function serve({ cwd }: Surroundings, env: Variables, terminal: Terminal): Promise<ExitCode> {
  const kernel = await createKernel({ root: cwd, env });
  const { promise: ended, resolve: end } = Promise.withResolvers<ExitCode>();
  let isStopping = false;
  const stop = async (code: ExitCode): Promise<void> => {
    isStopping = true;
    await kernel.stop();
    kernel.log.info('stopped');
    end(code);
  };
  using _signals = onStopSignal((signal) => {
    kernel.log.info(`${signal}: stopping; once more ends it at once`);
    void stop(0);
  });
  using _guard = guardProcess({ kernel, onFatal: () => void stop(1) });
  try {
    const address = await kernel.start();
    if (!isStopping) announce(kernel, address, terminal);
    const compiled = getCompileCacheDir();
    if (compiled !== undefined) void trimFolder(compiled, compiledFiles);
  } catch (error) {
    // A start that was interrupted fails in one way or another.
    if (!isStopping) throw error;
  }
  // Awaited here, so that the signals and the guard hold until then.
  return await ended;
}

function announce(kernel: Kernel, { host, port }: Address, terminal: Terminal): void {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { rootApiKey, hasNewSecrets, settings } = kernel.configuration;
  if (settings.nodeEnv === 'production') {
    // Machines read this; what does not run has been logged as it failed.
    kernel.log.info({ host, port }, `Backplane ${kernel.version} listens on ${url}`);
    if (rootApiKey === undefined) kernel.log.info('Administration is off; ROOT_API_KEY switches it on');
    else if (rootApiKey.length < safeKey)
      kernel.log.warn(
        `ROOT_API_KEY has fewer than ${safeKey} characters, and whoever guesses it may do everything. A good one: openssl rand -base64 24`,
      );
    return;
  }
  terminal.print();
  terminal.print(`Backplane ${kernel.version} listens on ${terminal.style('bold', url)}`);
  terminal.table(describeRunning(kernel.extensions.list(), terminal));
  if (!hasNewSecrets) return;
  terminal.print();
  terminal.print(
    `Administration takes the root API key, kept in ${join('var', 'secrets.json')} from now on:`,
  );
  terminal.print(`  curl -H 'x-api-key: ${rootApiKey}' ${url}/kernel/extensions`);
}
