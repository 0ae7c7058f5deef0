import { BackplaneError, messageOf } from '../../errors.ts';

/**
 * Calls all who wait for a commit, also when one fails: the transaction has happened, for each of them.
 *
 * @param name of the database
 * @throws AFTER_COMMIT_FAILED with what failed
 */
export async function callBack(name: string, listeners: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const listener of listeners) {
    try {
      await listener();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 0) return;
  const details = { name, reasons: errors.map(messageOf) };
  const cause = errors.length === 1 ? errors[0] : new AggregateError(errors);
  throw new BackplaneError('AFTER_COMMIT_FAILED', details, { cause });
}
