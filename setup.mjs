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

/** What decides whether an installation is still right: the two package files and the platform. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const name of ['package.json', 'package-lock.json']) {
    const file = join(folder, name);
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

function installed() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

if (!installed()) {
  console.error(`Installing packages in ${folder} (once, and again when package-lock.json changes)`);
  const locked = existsSync(join(folder, 'package-lock.json'));
  const { status, error } = spawnSync(
    'npm',
    [locked ? 'ci' : 'install', '--no-audit', '--no-fund', '--loglevel=error'],
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
