import { BackplaneError, FaultList } from '../errors.ts';
import { HttpError, problem } from './problem.ts';

/**
 * The error to show to the client for anything that was thrown, or `undefined` when it is nothing a client may see.
 * Shown are {@link HttpError} and errors that say so themselves (`expose: true` with a `status`, as the packages around
 * Express do).
 *
 * @param administrative did a route of the kernel throw it? Then errors of the catalogue below 500 are shown too; to
 *   the clients of an extension they would tell of its insides
 */
export function clientErrorOf(thrown: unknown, administrative: boolean): HttpError | undefined {
  if (thrown instanceof HttpError) return thrown;
  return (administrative ? catalogued(thrown) : undefined) ?? exposed(thrown);
}

function catalogued(thrown: unknown): HttpError | undefined {
  if (thrown instanceof FaultList && thrown.status < 500) {
    const faults = thrown.errors.map(({ message, ...rest }) => ({
      code: 'code' in rest ? rest.code : undefined,
      message,
    }));
    return problem(thrown.status, thrown.message, { members: { faults }, cause: thrown });
  }
  if (thrown instanceof BackplaneError && thrown.status < 500) {
    return problem(thrown.status, thrown.message, { code: thrown.code, cause: thrown });
  }
  return undefined;
}

function exposed(thrown: unknown): HttpError | undefined {
  if (thrown instanceof Error && saysItself(thrown)) {
    const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
    return problem(thrown.status, thrown.message, { ...code, cause: thrown });
  }
  return undefined;
}

function saysItself(error: Error): error is Error & { status: number } {
  return (
    'expose' in error &&
    error.expose === true &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 600
  );
}
