import { BackplaneError, FaultList } from '../../../kernel/errors.ts';

/** The messages of everything that the work throws. */
export function faultsOf(work: () => unknown): readonly string[] {
  return errorsOf(work).map(({ message }) => message);
}

/** Code and path of each fault: `QUERY_INVALID filter.title`. */
export function codesOf(work: () => unknown): readonly string[] {
  return errorsOf(work).map(({ code, details }) => `${code} ${'path' in details ? details.path : ''}`.trim());
}

function errorsOf(work: () => unknown): readonly BackplaneError[] {
  try {
    work();
  } catch (error) {
    if (error instanceof FaultList) return error.errors.filter((one) => one instanceof BackplaneError);
    if (error instanceof BackplaneError) return [error];
    throw error;
  }
  return [];
}
