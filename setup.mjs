// Installs what is missing before any other script runs. Plain JavaScript for any Node >= 18: at this point
// neither the packages nor the pinned Node that runs the TypeScript sources need be there yet.
//
//   node setup.mjs            the package itself
//   node setup.mjs bench      the peers that the benchmarks compare with (bench/package.json)

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), process.argv[2] ?? '.');
const modules = join(folder, 'node_modules');
const stamp = join(modules, '.backplane-setup');

/** What decides whether an installation is still right: what is asked for, what was locked, and the platform. */
function fingerprint() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const asked = JSON.stringify([process.platform, process.arch, dependencies, devDependencies]);
  return createHash('sha256').update(asked).update(lockText()).digest('hex');
}

function lockText() {
  const file = join(folder, 'package-lock.json');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function installed() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

if (!installed()) {
  console.error(`Installing packages in ${folder} (once, and again when package-lock.json changes)`);
  // Not `npm ci`: it takes away what is there first, and refuses a lock file that lacks packages for other platforms.
  // `--no-save` installs what is locked and leaves the lock file as it is.
  const { status, error } = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
    // On Windows npm is a .cmd file, which only a shell can start.
    { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
  );
  if (status !== 0) {
    console.error(
      error ? `npm could not be started: ${error.message}` : `npm ended with exit code ${status}.`,
    );
    console.error('Mend what npm says above (network, registry, disk), then run the same command again.');
    process.exit(1);
  }
  writeFileSync(stamp, fingerprint());
}
