import { BackplaneError, isBackplaneError } from '../../errors.ts';
import type { Dialect } from './dialect.ts';

/** Turns what a dialect's package throws into an error of the catalogue, where the catalogue has one. */
export type Explain = (error: unknown) => unknown;

/** What a transaction gave way to, by the code that its dialect's package throws. */
const conflicts: Readonly<Record<Dialect, ReadonlyMap<unknown, string>>> = {
  sqlite: new Map([['SQLITE_BUSY_SNAPSHOT', 'another one wrote after it had read']]),
  postgres: new Map([
    ['40P01', 'each waited for the other (a deadlock)'],
    ['40001', 'what it read has been changed meanwhile (a serialization failure)'],
  ]),
  mysql: new Map<unknown, string>([
    [1213, 'each waited for the other (a deadlock)'],
    [1020, 'what it read has been changed meanwhile'],
    [1205, 'it did not end in time (a lock wait timeout)'],
  ]),
  mssql: new Map<unknown, string>([
    [1205, 'each waited for the other (a deadlock)'],
    [3960, 'what it read has been changed meanwhile (a snapshot conflict)'],
  ]),
};

/** The name under which each dialect's package throws the code. */
const codeName = { sqlite: 'code', postgres: 'code', mysql: 'errno', mssql: 'number' } as const;

/** What a statement ends with that took longer than it may, and one that comes after the failure of another. */
const timedOut: ReadonlySet<unknown> = new Set(['57014', 1969, 3024]);
const aborted = '25P02';

/** @param name of the database */
export function explainer(name: string, dialect: Dialect): Explain {
  return (error) => {
    if (!(error instanceof Error) || isBackplaneError(error)) return error;
    const code: unknown = Reflect.get(error, codeName[dialect]);
    const reason = conflicts[dialect].get(code);
    const options = { cause: error };
    if (reason !== undefined) return new BackplaneError('TRANSACTION_CONFLICT', { name, reason }, options);
    if (code === aborted) return new BackplaneError('TRANSACTION_ABORTED', { name }, options);
    return timedOut.has(code) ? new BackplaneError('STATEMENT_TIMED_OUT', { name }, options) : error;
  };
}

export function isConflict(error: unknown): error is BackplaneError {
  return isBackplaneError(error) && error.code === 'TRANSACTION_CONFLICT';
}

const brokenCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CONNECTION_KILLED',
  // PostgreSQL, class 57P: the server is going down, or has ended this session.
  '57P01',
  '57P02',
  '57P03',
]);

/** Is this the error of a connection that broke, so that another may succeed? */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { code?: unknown };
  return (
    (typeof code === 'string' && brokenCodes.has(code)) ||
    /Connection terminated|connection (ended|is in closed state)|Client has encountered a connection error/i.test(
      error.message,
    )
  );
}

/** Is there nobody who listens, so that trying again at once is of no use? */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
