import type { Dialect } from '../database/dialect.ts';

/** Which rule of a table a statement broke, as far as its database says so. */
export type Violation =
  | { readonly kind: 'unique'; readonly index: string | undefined; readonly columns: readonly string[] }
  | { readonly kind: 'reference'; readonly constraint: string | undefined }
  /** Rows that are to be deleted along lie behind more tables or rows than the database follows. */
  | { readonly kind: 'depth' }
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
  readonly sqlMessage?: unknown;
  readonly nativeError?: unknown;
}

/** @returns `undefined` for errors of any other kind */
export function violationOf(error: unknown, dialect: Dialect): Violation | undefined {
  if (!(error instanceof Error)) return undefined;
  // Objection wraps what the package threw.
  const { nativeError } = error as DriverError;
  return parsers[dialect](nativeError instanceof Error ? nativeError : error);
}

const reasons = {
  long: 'a text is longer than its column',
  range: 'a number is out of the range of its column',
  character: 'a text has a character that this database cannot store',
  form: 'a value has not the form that its column takes',
};

const parsers: Readonly<Record<Dialect, (error: DriverError) => Violation | undefined>> = {
  sqlite({ code, message }) {
    switch (code) {
      case 'SQLITE_CONSTRAINT_UNIQUE':
      case 'SQLITE_CONSTRAINT_PRIMARYKEY':
        return { kind: 'unique', index: undefined, columns: columnsIn(message) };
      case 'SQLITE_CONSTRAINT_FOREIGNKEY':
        return { kind: 'reference', constraint: undefined };
      case 'SQLITE_CONSTRAINT_NOTNULL':
        return { kind: 'null', column: columnsIn(message)[0] };
      default:
        return undefined;
    }
  },
  postgres({ code, constraint, column }) {
    switch (code) {
      case '23505':
        return { kind: 'unique', index: textOf(constraint), columns: [] };
      case '23503':
        return { kind: 'reference', constraint: textOf(constraint) };
      case '23502':
        return { kind: 'null', column: textOf(column) };
      case '22001':
        return { kind: 'value', reason: reasons.long };
      case '22003':
        return { kind: 'value', reason: reasons.range };
      case '22P02':
      case '22007':
      case '22008':
        return { kind: 'value', reason: reasons.form };
      case '22021':
      case '22P05':
        return { kind: 'value', reason: reasons.character };
      default:
        return undefined;
    }
  },
  mysql({ errno, sqlMessage }) {
    // `message` begins with the statement and its values, which may read like anything.
    const message = String(sqlMessage);
    switch (errno) {
      case 1062:
        return { kind: 'unique', index: match(message, /for key '(?:[^'.]*\.)?([^']+)'/), columns: [] };
      case 1451:
      case 1452:
        return { kind: 'reference', constraint: match(message, /CONSTRAINT `([^`]+)`/) };
      // "Got error 193 … from InnoDB": more than 15 cascades one after the other.
      case 1296:
        return message.includes('error 193') ? { kind: 'depth' } : undefined;
      case 1048:
      case 1364:
        return { kind: 'null', column: match(message, /'([^']+)'/) };
      case 1264:
        return { kind: 'value', reason: reasons.range };
      case 1292:
        return { kind: 'value', reason: reasons.form };
      case 1366:
        return { kind: 'value', reason: reasons.character };
      case 1406:
        return { kind: 'value', reason: reasons.long };
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
        return { kind: 'value', reason: reasons.long };
      default:
        return undefined;
    }
  },
};

/** `UNIQUE constraint failed: blog_posts.slug, blog_posts.day` */
function columnsIn(message: string): readonly string[] {
  const list = message.slice(message.lastIndexOf('failed: ') + 'failed: '.length);
  return list.split(', ').map((column) => column.slice(column.lastIndexOf('.') + 1));
}

function match(message: string, pattern: RegExp): string | undefined {
  return pattern.exec(message)?.[1];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
