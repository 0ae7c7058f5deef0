import { BackplaneError } from '../errors.ts';

/**
 * Waits for something, but not for ever.
 *
 * @param pending a promise or a value
 * @param milliseconds how long it may take
 * @param describe names for the error, made only when they are needed
 * @throws EXTENSION_TIMEOUT when it takes longer; whatever `pending` rejects with
 */
export async function withTimeout<T>(
  pending: T | Promise<T>,
  milliseconds: number,
  describe: () => { extension: string; what: string },
): Promise<T> {
  if (!isPromiseLike(pending)) return pending;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BackplaneError('EXTENSION_TIMEOUT', { ...describe(), milliseconds })),
      milliseconds,
    );
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isPromiseLike<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
