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

/** A row rule that comes to no rows, for requests that are planned for their faults. */
export const noRows = (): { id: { eq: string } } => ({ id: { eq: '00000000-0000-0000-0000-000000000000' } });

/** What is wrong with the form of a request, and what the planner finds wrong with the rest. */
export async function faultsBesides(
  faults: readonly Error[],
  attempt: () => Promise<unknown>,
): Promise<readonly Error[]> {
  const known = new Set(faults.map(({ message }) => message));
  try {
    await attempt();
    return faults;
  } catch (error) {
    const found = error instanceof AggregateError ? error.errors : [error];
    return [...faults, ...found.filter(({ message }) => !known.has(message))];
  }
}

/** What was thrown, as faults. */
export function faultsOf(thrown: unknown): readonly Error[] {
  if (thrown instanceof FaultList) return thrown.errors;
  if (thrown instanceof BackplaneError) return [thrown];
  throw thrown;
}
