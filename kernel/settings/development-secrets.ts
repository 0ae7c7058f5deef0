import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Secrets that a developer need not think of. */
export interface DevelopmentSecrets {
  readonly rootApiKey: string;
  readonly jwtSecret: string;
}

/**
 * Reads the secrets of a development machine, and makes them at the first start.
 *
 * @param file absolute path; readable by its owner only
 * @returns the secrets; `isNew` at the first start; `warning` when they could not be kept, so that the next start has others,
 *   or when those that were kept cannot be read any more
 */
export function developmentSecrets(file: string): {
  readonly secrets: DevelopmentSecrets;
  readonly isNew: boolean;
  readonly warning?: string;
} {
  const kept = readSecrets(file);
  if (kept) return { secrets: kept, isNew: false };
  const secrets = {
    rootApiKey: randomBytes(24).toString('base64url'),
    jwtSecret: randomBytes(32).toString('base64url'),
  };
  try {
    mkdirSync(dirname(file), { recursive: true });
    const isDamaged = existsSync(file);
    // What it held may still be wanted: tokens were signed with it.
    if (isDamaged) renameSync(file, `${file}.corrupt`);
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    if (!isDamaged) return { secrets, isNew: true };
    const warning = `${file} did not hold the secrets of development; new ones were made, and it is kept as ${file}.corrupt.`;
    return { secrets, isNew: true, warning };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      secrets,
      isNew: true,
      warning: `The secrets made for development hold for this start only: ${reason}`,
    };
  }
}

/** The secrets kept by an earlier start, `undefined` when there are none: for the command line, which asks the running kernel. */
export function readSecrets(file: string): DevelopmentSecrets | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('rootApiKey' in value) || !('jwtSecret' in value))
      return undefined;
    const { rootApiKey, jwtSecret } = value;
    return typeof rootApiKey === 'string' && typeof jwtSecret === 'string'
      ? { rootApiKey, jwtSecret }
      : undefined;
  } catch {
    // Missing or broken: they are made anew.
    return undefined;
  }
}

/**
 * The key of a development machine that encrypts credentials which are kept; made when it is first needed. It lies by itself:
 * what it has encrypted must not be lost with anything else, and of several processes that need it first, one makes it.
 *
 * @param file absolute path; readable by its owner only
 * @throws when it can neither be read nor kept: what it would encrypt could never be read again
 */
export function developmentKey(file: string): string {
  const kept = readKey(file);
  if (kept !== undefined) return kept;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  try {
    // Fails where another was faster, and never shows half of a file.
    linkSync(draft, file);
  } catch {
    // Some file systems have no links.
    if (!existsSync(file)) copyFileSync(draft, file, constants.COPYFILE_EXCL);
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

function readKey(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
