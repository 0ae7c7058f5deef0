import { BackplaneError, FaultList } from '../errors.ts';
import { HttpError, problem } from './problem.ts';

/**
 * The error to show to the client for anything that was thrown, or `undefined` when it is nothing a client may see.
 * Shown are {@link HttpError}, errors of the catalogue whose entry says so, and errors that say so themselves
 * (`expose: true` with a `status`, as the packages around Express do).
 *
 * @param administrative did a route of the kernel throw it? Then every error of the catalogue below 500 is shown; to the
 *   clients of an extension the others would tell of its insides
 */
export function clientErrorOf(thrown: unknown, administrative: boolean): HttpError | undefined {
  if (thrown instanceof HttpError) return thrown;
  return (administrative ? catalogued(thrown) : undefined) ?? shown(thrown) ?? exposed(thrown);
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

/** What the catalogue lets clients of every route read, with the place of each fault as a JSON pointer. */
function shown(thrown: unknown): HttpError | undefined {
  const errors: readonly unknown[] = thrown instanceof FaultList ? thrown.errors : [thrown];
  const [first] = errors;
  if (!isShown(first) || !errors.every(isShown)) return undefined;
  const faults = errors.flatMap(faultsOf);
  const detail =
    errors.length === 1
      ? first.shown
      : `${errors.length} things are wrong; "faults" lists them, each with its place.`;
  return problem(first.status, detail, {
    code: first.code,
    // It may be over in a moment.
    ...(first.status === 503 ? { headers: { 'retry-after': retryAfterOf(first) } } : {}),
    ...(faults.length === 0 ? {} : { members: { faults } }),
    cause: thrown,
  });
}

/** Seconds. */
function retryAfterOf({ details }: BackplaneError): string {
  const wait = 'retryAfter' in details ? (details.retryAfter ?? 0) : 0;
  return String(Math.max(1, Math.ceil(wait / 1000)));
}

function isShown(thrown: unknown): thrown is BackplaneError & { readonly shown: string } {
  return thrown instanceof BackplaneError && thrown.shown !== undefined;
}

interface Fault {
  readonly code: string;
  readonly in?: 'body';
  readonly pointer: string;
  readonly message: string;
}

/** The faults of a row, or the place in a request that an error is about. */
function faultsOf({
  code,
  details,
  shown: message,
}: BackplaneError & { readonly shown: string }): readonly Fault[] {
  if ('path' in details && typeof details.path === 'string') {
    return [{ code, pointer: `/${details.path.replaceAll('.', '/')}`, message }];
  }
  if (!('faults' in details)) return [];
  return details.faults.flatMap((fault) =>
    typeof fault === 'string' ? [] : [{ code, in: 'body' as const, ...fault }],
  );
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
