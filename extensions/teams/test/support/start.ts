import type { Actor } from 'backplane';
import { type TestKernel, type TestKernelOptions, testKernel } from 'backplane/testing';

/** A kernel with teams, users, and rows of teams, in an empty database in memory. */
export function start({
  settings = {},
  env = {},
  extensions = [],
}: {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly extensions?: TestKernelOptions['extensions'];
} = {}): Promise<TestKernel> {
  return testKernel({
    from: import.meta.url,
    extensions: ['../..', '../../../../test/support/items', ...extensions],
    env: { DATABASE_URL: 'sqlite::memory:', ...env },
    settings: { teams: settings, auth: { argon2Memory: 64, argon2Passes: 1 } },
  });
}

export const root: Actor = { id: 'root', roles: ['admin'] };

/** The code of the error that work fails with. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

export { memberOf } from '../../testing.ts';
