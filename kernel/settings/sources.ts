import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { BackplaneError, messageOf, throwFaults } from '../errors.ts';
import { isPlainObject } from './json-schema.ts';

/** The values that one file under `config/` exports. */
export interface ConfigFile {
  /** As it is named in messages: `config/blog.ts`. */
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** Everything that settings are read from, the strongest first. */
export interface Sources {
  readonly environment: Variables;
  /** What the file `.env` says. */
  readonly dotenv: Variables;
  /** By name of the file without its ending: `kernel`, or the name of an extension. */
  readonly config: ReadonlyMap<string, ConfigFile>;
  /** Secrets that the kernel made for development, by variable: they count where nothing else says anything. */
  readonly made: Variables;
  /** What somebody who wrote them should know: lines of `.env` that say nothing. */
  readonly warnings: readonly string[];
  /** Equal as long as the sources say the same. */
  readonly fingerprint: string;
}

/** Sources from values at hand, for tests and programs that read no files. */
export function sourcesOf(given: Partial<Omit<Sources, 'fingerprint'>> = {}): Sources {
  const {
    environment = {},
    dotenv = {},
    config = new Map<string, ConfigFile>(),
    warnings = [],
    made = {},
  } = given;
  const content = JSON.stringify([entriesOf(environment), entriesOf(dotenv), [...config]]);
  return { environment, dotenv, config, made, warnings, fingerprint: sha256(content) };
}

/**
 * Reads the sources of an application: its `.env`, the environment, and the default exports of `config/*.ts`. None of
 * the files needs to exist. What changed on disk since the last call is read anew.
 *
 * @param options `root`: folder of the application; `env`: the environment, usually `process.env`; `timeLimit`:
 *   milliseconds that the evaluation of one file may take, 10 s if left out
 * @throws CONFIG_FILE_INVALID, or a FaultList of them, for files that cannot be read
 */
export async function loadSources(options: {
  root: string;
  env: Variables;
  timeLimit?: number;
}): Promise<Sources> {
  const { root, env, timeLimit = 10_000 } = options;
  const [dotenv = '', names] = await Promise.all([
    readIfThere(join(root, '.env'), '.env'),
    listIfThere(join(root, 'config')),
  ]);
  const settled = await Promise.allSettled(
    names.map((name) => loadConfig(join(root, 'config', name), `config/${name}`, timeLimit)),
  );
  const faults = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const config = new Map<string, ConfigFile>();
  for (const one of settled) {
    if (one.status === 'rejected') continue;
    const { name } = parse(one.value.file);
    const other = config.get(name);
    if (other) faults.push(invalid(one.value.file, `${other.file} is there too; keep one of them`));
    config.set(name, one.value);
  }
  throwFaults(faults);
  return sourcesOf({
    environment: { ...env },
    dotenv: parseEnv(dotenv),
    config,
    warnings: warningsOf(dotenv),
  });
}

/** Comments and assignments, also of a quoted value of several lines. */
const meant = /^[ \t]*(?:#.*|(?:export[ \t]+)?[\w.-]+[ \t]*=[ \t]*(?:(["'`])[\s\S]*?\1.*|.*))$/gm;

/** Node passes over what it does not understand, and a misspelt line would be missed in silence. */
function warningsOf(dotenv: string): readonly string[] {
  // Without their text, but with their line ends, so that the others are counted right.
  const rest = dotenv.replaceAll('\r', '').replaceAll(meant, (text) => text.replaceAll(/[^\n]/g, ''));
  return rest.split('\n').flatMap((line, index) => {
    // Its text may be part of a secret.
    return line.trim() === '' ? [] : [`.env, line ${index + 1}: it is passed over; write NAME=value.`];
  });
}

async function loadConfig(path: string, file: string, timeLimit: number): Promise<ConfigFile> {
  try {
    // A module is evaluated once per address, and an edited file is to be read anew.
    const version = sha256(await readFile(path, 'utf8')).slice(0, 16);
    const loading: Promise<{ readonly default?: unknown }> = import(`${pathToFileURL(path).href}?${version}`);
    const loaded = await within(timeLimit, loading);
    if (isPlainObject(loaded.default)) return { file, values: loaded.default };
  } catch (error) {
    throw invalid(`${file}${lineIn(error, path)}`, messageOf(error), error);
  }
  throw invalid(file, 'its default export must be an object: export default { … }');
}

/** `:3`, where the stack of an error tells the line in this file; it is loaded with a version after its name. */
function lineIn(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return new RegExp(`${RegExp.escape(path)}(?:\\?\\w+)?(:\\d+)`).exec(stack)?.[1] ?? '';
}

async function within<T>(milliseconds: number, loading: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  // Also keeps Node from ending without a word because nothing is left to do but to wait.
  const timer = setTimeout(() => {
    const what = 'Does an "await" at its top level wait for something that never comes?';
    late.reject(new Error(`its evaluation did not end within ${milliseconds} ms. ${what}`));
  }, milliseconds);
  try {
    return await Promise.race([loading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function readIfThere(path: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw invalid(file, messageOf(error), error);
  }
}

async function listIfThere(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => /\.[mc]?[jt]s$/.test(name) && !/\.d\.[mc]?ts$/.test(name)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw invalid('config/', messageOf(error), error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function invalid(file: string, reason: string, cause?: unknown): BackplaneError {
  return new BackplaneError('CONFIG_FILE_INVALID', { file, reason }, { cause });
}

function entriesOf(variables: Variables): readonly unknown[] {
  return Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
