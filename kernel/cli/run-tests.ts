import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BackplaneError } from '../errors.ts';
import type { Candidate } from '../extension/discovery.ts';
import { oneNamed } from './one-named.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { type Survey, surveyApplication } from './survey.ts';

/** Milliseconds that one test may take. */
const timeout = 20_000;

/**
 * Runs the tests of extensions with mocha, in a process of its own.
 *
 * @param names extensions whose tests to run; all of the application's when there are none
 * @throws EXTENSION_NOT_FOUND, TESTS_MISSING, MOCHA_MISSING
 */
export async function runTests(
  { names, grep }: { readonly names: readonly string[]; readonly grep: string | undefined },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { cwd, env, stdout, stderr } = surroundings;
  const survey = await surveyApplication(surroundings);
  const chosen =
    names.length > 0
      ? [...new Set(names)].map((name) => oneNamed(name, survey.candidates))
      : ownExtensions(survey, cwd);
  const found = chosen.map(({ name, folder }) => ({ name, files: testFiles(folder) }));
  const without = names.length === 0 ? [] : found.filter(({ files }) => files.length === 0);
  const files = found.flatMap((one) => one.files);
  const missing = (): BackplaneError =>
    new BackplaneError('TESTS_MISSING', { extensions: without.map(({ name }) => name) });
  if (files.length === 0) throw missing();
  if (without.length > 0) stderr.write(`${missing().message}\n`);

  const words = [
    '--import',
    pathToFileURL(join(import.meta.dirname, 'test-packages.ts')).href,
    findMocha(cwd),
    '--no-config',
    '--no-package',
    '--fail-zero',
    '--require',
    join(import.meta.dirname, 'test-hooks.ts'),
    '--timeout',
    String(timeout),
    ...(grep === undefined ? [] : ['--fgrep', grep]),
    ...files,
  ];
  const isOurs = stdout === process.stdout;
  const child = spawn(process.execPath, words, {
    cwd,
    env: { ...env },
    stdio: isOurs ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.pipe(stdout, { end: false });
  child.stderr?.pipe(stderr, { end: false });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Mocha exits with the number of failures.
    child.on('close', (code) => resolve(code === 0 ? 0 : 1));
  });
}

/** Everything but what comes with the package and what is installed: those are tested where they are made. */
function ownExtensions({ candidates }: Survey, root: string): readonly Candidate[] {
  const bundled = join(import.meta.dirname, '../..', sep);
  return [...candidates.values()].filter(({ folder }) => {
    const isInstalled = folder.includes(`${sep}node_modules${sep}`);
    return !isInstalled && (!folder.startsWith(bundled) || folder.startsWith(join(root, sep)));
  });
}

function testFiles(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.test\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const [first, ...rest] = relative(folder, file).split(sep);
      return first === 'test' && !rest.includes('node_modules');
    })
    .sort();
}

/** Mocha beside the package, else the application's. */
function findMocha(root: string): string {
  const places = [createRequire(import.meta.url), createRequire(join(root, 'package.json'))];
  const find = (specifier: string): string | undefined => {
    for (const { resolve } of places) {
      try {
        return resolve(specifier);
      } catch {
        // Not here; the next place may have it.
      }
    }
    return undefined;
  };
  const mocha = find('mocha/bin/mocha.js');
  const packages = [...(mocha ? [] : ['mocha']), ...(find('chai') ? [] : ['chai'])];
  if (mocha === undefined || packages.length > 0) throw new BackplaneError('MOCHA_MISSING', { packages });
  return mocha;
}
