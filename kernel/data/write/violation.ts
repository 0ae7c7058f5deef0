import type { Dialect } from '../database/dialect.ts';

/** Which rule of a table a statement broke, as far as its database says so. */
export type Violation =
  | { readonly kind: 'unique'; readonly index: string | undefined; readonly columns: readonly string[] }
  | { readonly kind: 'reference'; readonly constraint: string | undefined }
  | { readonly kind: 'null'; readonly column: string | undefined }
  /** A value that the column cannot hold. */
  | { readonly kind: 'value'; readonly reason: string };

/** The error that a dialect's package throws: each has its codes, and says the names in its own words. */
interface DriverError extends Error {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly number?: unknown;
  readonly constraint?: unknown;
  readonly column?: unknown;
  readonly nativeError?: unknown;
}

/** @returns `undefined` for errors of any other kind */
export function violationOf(error: unknown, dialect: Dialect): Violation | undefined {
  if (!(error instanceof Error)) return undefined;
  // Objection wraps what the package threw.
  const { nativeError } = error as DriverError;
  return parsers[dialect](nativeError instanceof Error ? nativeError : error);
}

const parsers: Readonly<Record<Dialect, (error: DriverError) => Violation | undefined>> = {
  sqlite({ code, message }) {
    switch (code) {
      case 'SQLITE_CONSTRAINT_UNIQUE':
      case 'SQLITE_CONSTRAINT_PRIMARYKEY':
        return { kind: 'unique', index: undefined, columns: columnsAfter(message, 'failed: ') };
      case 'SQLITE_CONSTRAINT_FOREIGNKEY':
        return { kind: 'reference', constraint: undefined };
      case 'SQLITE_CONSTRAINT_NOTNULL':
        return { kind: 'null', column: columnsAfter(message, 'failed: ')[0] };
      default:
        return undefined;
    }
  },
  postgres({ code, constraint, column, message }) {
    switch (code) {
      case '23505':
        return { kind: 'unique', index: textOf(constraint), columns: [] };
      case '23503':
        return { kind: 'reference', constraint: textOf(constraint) };
      case '23502':
        return { kind: 'null', column: textOf(column) };
      // Too long, out of range, a character or JSON that it cannot store.
      case '22001':
      case '22003':
      case '22021':
      case '22P05':
        return { kind: 'value', reason: message };
      default:
        return undefined;
    }
  },
  mysql({ errno, message }) {
    switch (errno) {
      case 1062:
        return { kind: 'unique', index: match(message, /for key '(?:[^'.]*\.)?([^']+)'/), columns: [] };
      case 1451:
      case 1452:
        return { kind: 'reference', constraint: match(message, /CONSTRAINT `([^`]+)`/) };
      case 1048:
      case 1364:
        return { kind: 'null', column: match(message, /'([^']+)'/) };
      case 1264:
      case 1366:
      case 1406:
        return { kind: 'value', reason: message };
      default:
        return undefined;
    }
  },
  mssql({ number, message }) {
    switch (number) {
      case 2601:
        return { kind: 'unique', index: match(message, /unique index '([^']+)'/), columns: [] };
      case 2627:
        return { kind: 'unique', index: match(message, /constraint '([^']+)'/), columns: [] };
      case 547:
        return { kind: 'reference', constraint: match(message, /constraint "([^"]+)"/) };
      case 515:
        return { kind: 'null', column: match(message, /column '([^']+)'/) };
      case 2628:
      case 8152:
        return { kind: 'value', reason: message };
      default:
        return undefined;
    }
  },
};

/** `UNIQUE constraint failed: blog_posts.slug, blog_posts.day` */
function columnsAfter(message: string, mark: string): readonly string[] {
  const [, list = ''] = message.split(mark);
  return list.split(', ').map((column) => column.slice(column.lastIndexOf('.') + 1));
}

function match(message: string, pattern: RegExp): string | undefined {
  return pattern.exec(message)?.[1];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
