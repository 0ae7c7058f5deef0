import { accessSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { listen } from '../../http/listen.ts';
import type { KernelSettings } from '../../settings/index.ts';
import { findRunningKernel } from '../running-kernel.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Finding, failed, ok, warning } from './check.ts';

/** Can the kernel keep its state, its secrets and its cache? */
export function checkFolders(root: string): readonly Finding[] {
  const folder = join(root, 'var');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return [
      failed(
        'var/',
        `cannot be written: ${messageOf(error)}. Make it writable for the user who starts the kernel`,
      ),
    ];
  }
  return [ok('var/', 'is writable'), checkCache(join(folder, 'cache'))];
}

function checkCache(folder: string): Finding {
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    accessSync(folder, constants.W_OK);
    return ok(
      'cache',
      `${files.length} files, ${(bytes / 1024 ** 2).toFixed(1)} MB in var/cache; it may be deleted at any time`,
    );
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? ok('cache', 'is empty; the first start fills it')
      : warning('cache', `cannot be used: ${messageOf(error)}. Each start builds the extensions again`);
  }
}

/** Can the kernel listen, or does it already? */
export async function checkPort(settings: KernelSettings, surroundings: Surroundings): Promise<Finding> {
  const { host, port } = settings;
  const running = port === 0 ? undefined : await findRunningKernel(surroundings);
  if (running) return ok('port', `a kernel answers at ${running.address}`);
  const server = createServer();
  try {
    await listen(server, settings);
    await new Promise((resolve) => server.close(resolve));
    return ok('port', port === 0 ? 'any that is free' : `${port} of ${host} is free`);
  } catch (error) {
    return failed('port', messageOf(error));
  }
}
