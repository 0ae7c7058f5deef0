import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BackplaneError } from '../errors.ts';
import { createKernel, type Kernel } from '../kernel.ts';
import type { LogLevel } from '../log/index.ts';
import { loadKernelSettings, loadSources, readSecrets, type Variables } from '../settings/index.ts';
import { guardProcess } from './process-guard.ts';
import type { Surroundings } from './surroundings.ts';

/** The application, loaded into this process for a command. */
export interface Application extends AsyncDisposable {
  readonly kernel: Kernel;
}

export interface OpenOptions {
  /** The least important lines to write to standard error, where LOG_LEVEL does not say it. */
  readonly logLevel: LogLevel;
  /** Open it also when an extension that must run does not: to look at why. */
  readonly tolerant?: boolean;
}

/**
 * Loads the application without listening and without watching its files.
 *
 * @throws SETTINGS_INVALID, CONFIG_FILE_INVALID, EXTENSION_NOT_FOUND for a name in EXTENSIONS, BOOT_ABORTED unless tolerant
 */
export async function openApplication(
  surroundings: Surroundings,
  { logLevel, tolerant = false }: OpenOptions,
): Promise<Application> {
  const { cwd: root, env, stderr } = surroundings;
  const kernel = await createKernel({
    root,
    env: {
      ...env,
      ...(await keyOf(surroundings)),
      WATCH: 'false',
      LOG_LEVEL: env.LOG_LEVEL || logLevel,
    },
    logDestination: stderr,
  });
  const guard = guardProcess({
    kernel,
    onFatal: () => void kernel.stop().then(() => process.exit(1)),
  });
  const close = async (): Promise<void> => {
    await kernel.stop();
    guard[Symbol.dispose]();
  };
  try {
    await kernel.boot();
  } catch (error) {
    const isAborted = error instanceof BackplaneError && error.code === 'BOOT_ABORTED';
    if (!tolerant || !isAborted) {
      await close();
      throw error;
    }
  }
  return { kernel, [Symbol.asyncDispose]: close };
}

/**
 * In development the first start makes a root API key and says how to use it. That is not for a command to do, so it
 * gets one that is not kept.
 */
async function keyOf({ cwd: root, env }: Surroundings): Promise<Variables> {
  const settings = loadKernelSettings(await loadSources({ root, env }), root);
  const isMade = settings.nodeEnv !== 'production' && settings.rootApiKey === undefined;
  if (!isMade || readSecrets(join(root, 'var', 'secrets.json'))) return {};
  return { ROOT_API_KEY: randomBytes(24).toString('base64url') };
}
