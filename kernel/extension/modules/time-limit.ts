import { BackplaneError, FaultList, messageOf } from '../../errors.ts';
import { runAs } from '../running.ts';

/**
 * Waits for the evaluation of modules and says what went wrong in it. What it leaves running is known to be the owner's.
 *
 * @param details the extension, and the file (or files) that are evaluated
 * @param folder the extension's folder, to find the failing line in the stack
 * @param limit milliseconds
 * @throws BackplaneError MODULE_TIMEOUT, or MODULE_THREW with the thrown value as its cause
 */
export async function evaluateWithin<Value>(
  { owner, file, folder, limit }: { owner: string; file: string; folder: string; limit: number },
  evaluate: () => Promise<Value>,
): Promise<Value> {
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => expired.reject(new BackplaneError('MODULE_TIMEOUT', { owner, file, limit })),
    limit,
  );
  try {
    return await Promise.race([runAs(owner, evaluate), expired.promise]);
  } catch (error) {
    if (error instanceof FaultList || (error instanceof BackplaneError && error.code.startsWith('MODULE_')))
      throw error;
    const details = { owner, at: placeIn(error, folder) ?? file, reason: messageOf(error) };
    throw new BackplaneError('MODULE_THREW', details, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The first line of the stack that lies in the folder, as `routes/posts.ts:3:7`. */
function placeIn(error: unknown, folder: string): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const found = new RegExp(`${RegExp.escape(folder)}[\\\\/]([^\\n?:)]+)(?:\\?[^\\n:]*)?(:\\d+:\\d+)`).exec(
    error.stack,
  );
  return found === null ? undefined : `${found[1]}${found[2]}`;
}
