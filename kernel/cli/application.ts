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
      ...(await secretsOf(surroundings)),
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
 * In development the first start makes secrets and says how to use the root API key. That is not for a command to do, so it
 * gets some that are not kept.
 */
async function secretsOf({ cwd: root, env }: Surroundings): Promise<Variables> {
  const { nodeEnv, rootApiKey, jwtSecret } = loadKernelSettings(await loadSources({ root, env }), root);
  if (nodeEnv === 'production' || readSecrets(join(root, 'var', 'secrets.json'))) return {};
  return {
    ...(rootApiKey === undefined ? { ROOT_API_KEY: randomBytes(24).toString('base64url') } : {}),
    ...(jwtSecret === undefined ? { JWT_SECRET: randomBytes(32).toString('base64url') } : {}),
  };
}
