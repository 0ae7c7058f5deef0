import { BackplaneError, isBackplaneError, messageOf } from '../../errors.ts';
import type { Dialect } from './dialect.ts';
import { Unanswered } from './time-limit.ts';

/**
 * Turns what a dialect's package throws into an error of the catalogue, where the catalogue has one.
 *
 * @param sql the statement; left out for what connects
 */
export type Explain = (error: unknown, sql?: string) => unknown;

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

/** Statements that leave nothing behind when their connection is lost: those that read, and those that begin or undo. */
const harmless = /^\s*(select|begin|start|set|reset|savepoint|release|rollback|deallocate)\b/i;

/**
 * @param name of the database
 * @param where host, port and name of it
 */
export function explainer(name: string, dialect: Dialect, where: string): Explain {
  const explainBroken = (error: Error, sql: string | undefined): BackplaneError => {
    const options = { cause: error };
    const reason = reasonOf(error);
    const isUnknown = sql !== undefined && !harmless.test(sql) && !isUnsent(error);
    if (isUnknown) return new BackplaneError('OUTCOME_UNKNOWN', { name, reason }, options);
    if (error instanceof Unanswered) return new BackplaneError('STATEMENT_TIMED_OUT', { name }, options);
    return unreachable(name, where, error);
  };
  return (error, sql) => {
    if (!(error instanceof Error) || isBackplaneError(error)) return error;
    if (error instanceof Unanswered || isBroken(error)) return explainBroken(error, sql);
    const code: unknown = Reflect.get(error, codeName[dialect]);
    const reason = conflicts[dialect].get(code);
    const options = { cause: error };
    if (reason !== undefined) return new BackplaneError('TRANSACTION_CONFLICT', { name, reason }, options);
    if (code === aborted) return new BackplaneError('TRANSACTION_ABORTED', { name }, options);
    return timedOut.has(code) ? new BackplaneError('STATEMENT_TIMED_OUT', { name }, options) : error;
  };
}

/** Was a transaction undone for what is none of its own fault, so that the whole of it may be tried again? */
export function isRepeatable(error: unknown): error is BackplaneError {
  return (
    isBackplaneError(error) && (error.code === 'TRANSACTION_CONFLICT' || error.code === 'TRANSACTION_LOST')
  );
}

/** Has the connection been lost, over which this was sent? */
export function isLost(error: unknown): error is BackplaneError {
  return isBackplaneError(error) && (error.cause instanceof Unanswered || isBroken(error.cause));
}

/** What becomes of a transaction whose connection was lost before its commit was sent: nothing of it was kept. */
export function lostTransaction(name: string, error: BackplaneError): BackplaneError {
  const { cause } = error;
  return cause instanceof Unanswered
    ? new BackplaneError('STATEMENT_TIMED_OUT', { name }, { cause })
    : new BackplaneError('TRANSACTION_LOST', { name, reason: reasonOf(cause) }, { cause });
}

/** @param error why no connection could be made */
export function unreachable(name: string, where: string, error: unknown): BackplaneError {
  return new BackplaneError(
    'DATABASE_UNREACHABLE',
    { name, where, reason: reasonOf(error) },
    { cause: error },
  );
}

/** Of several addresses that all refused the package says nothing but a code. */
function reasonOf(error: unknown): string {
  const text = messageOf(error);
  return text === '' && error instanceof Error ? String(Reflect.get(error, 'code')) : text;
}

/** Did the package refuse to send, over a connection that it knew to be broken? */
function isUnsent(error: Error): boolean {
  return /connection is in closed state|is not queryable/i.test(error.message);
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
  if (isBackplaneError(error)) return isBroken(error.cause);
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
  if (isBackplaneError(error)) return isRefused(error.cause);
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
