import { BackplaneError, FaultList } from 'backplane';

/** What is wrong with one parameter. */
export function queryError(entity: string, path: string, reason: string): BackplaneError {
  return new BackplaneError('QUERY_INVALID', { entity, path, reason });
}

/** One fault as it is, several as a list. */
export function errorOf(faults: readonly Error[]): Error {
  const [first] = faults;
  return faults.length === 1 && first !== undefined ? first : new FaultList(faults);
}

/** Throws nothing for no fault. */
export function throwAll(faults: readonly Error[]): void {
  if (faults.length > 0) throw errorOf(faults);
}

/** What was thrown, as faults. */
export function faultsOf(thrown: unknown): readonly Error[] {
  if (thrown instanceof FaultList) return thrown.errors;
  if (thrown instanceof BackplaneError) return [thrown];
  throw thrown;
}
