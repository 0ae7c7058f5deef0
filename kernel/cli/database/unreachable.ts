import type { Databases } from '../../data/index.ts';
import { BackplaneError, messageOf } from '../../errors.ts';

/**
 * Runs `work`, whose failure to connect names the database that could not be reached: what a driver throws tells an address
 * at most.
 *
 * @throws DATABASE_UNREACHABLE, and whatever else `work` throws
 */
export async function named<T>(databases: Databases, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isConnectionError(error)) throw error;
    const code = codeOf(error);
    const ill = (await databases.health()).find(({ ok }) => !ok);
    if (ill === undefined) throw error;
    // Of several addresses that were tried, as of localhost, the error says nothing but the code.
    const text = messageOf(error);
    const reason = text.includes(code) ? text : `${code} ${text}`.trim();
    throw new BackplaneError(
      'DATABASE_UNREACHABLE',
      { name: ill.name, where: ill.where, reason },
      { cause: error },
    );
  }
}

/** What the system says when there is no way to a server, or nobody there. */
const unreachable = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOENT'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

function isConnectionError(error: unknown): boolean {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && 'syscall' in first && unreachable.has(codeOf(first));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
