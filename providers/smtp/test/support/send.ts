import { isBackplaneError } from 'backplane';
import { type TestKernel, testKernel } from 'backplane/testing';
import type { MailServer } from './mail-server.ts';

type Settings = Readonly<Record<string, unknown>>;

/** An instance that sends to a server of a test. */
export function instanceAt(
  { port }: Pick<MailServer, 'port'>,
  config: Settings = {},
  more: Settings = {},
): Settings {
  return {
    name: 'main',
    driver: 'smtp',
    config: { host: '127.0.0.1', port, security: 'none', ...config },
    ...more,
  };
}

/** A kernel that sends by these instances. */
export function startSmtp(...instances: readonly Settings[]): Promise<TestKernel> {
  return testKernel({
    from: import.meta.url,
    extensions: ['../..', '../../../../extensions/email'],
    settings: { providers: { email: instances }, email: { from: 'Acme <no-reply@acme.example>' } },
  });
}

export const tea = { to: 'ann@example.org', subject: 'Tea', text: 'At four?' };

/** What sending fails with: the code of the error, and what the attempts were. */
export async function failureOf(
  work: Promise<unknown>,
): Promise<{ code: string; attempts: readonly Settings[]; message: string }> {
  try {
    await work;
  } catch (error) {
    if (isBackplaneError(error)) {
      const { attempts = [] } = error.details as { attempts?: readonly Settings[] };
      return { code: error.code, attempts, message: error.message };
    }
    throw error;
  }
  throw new Error('It was sent.');
}
