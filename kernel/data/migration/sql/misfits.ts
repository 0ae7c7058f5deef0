import type { Dialect } from '../../database/dialect.ts';
import type { ColumnType } from '../../entity/field.ts';
import type { Column, Table } from '../../table/table.ts';
import { columnNamed } from './column-statements.ts';
import type { Target } from './target.ts';

/** How the rows are found that an altered column could not hold: databases refuse them, cut them, or keep them as they are. */
export interface Misfits {
  readonly table: string;
  readonly column: string;
  /** What each row is to be, for people: `not longer than 5 characters`. */
  readonly limit: string;
  /** Answers with their number as `misfits`. */
  readonly sql: string;
}

/**
 * What might not fit a column any more once it is altered; `undefined` when everything does.
 *
 * @param from the table before
 * @param to the table afterwards
 */
export function misfitsOf(from: Table, to: Table, name: string, target: Target): Misfits | undefined {
  const old = columnNamed(from, name);
  const column = columnNamed(to, name);
  if (old === undefined || column === undefined) return undefined;
  const { knex, dialect } = target;
  const quoted = knex.ref(name).toString();
  const faults: { readonly limit: string; readonly where: string }[] = [];
  if (isShorter(old.type, column.type)) {
    const { length } = column.type;
    faults.push({
      limit: `not longer than ${length} characters`,
      where: `${lengths[dialect](quoted)} > ${length}`,
    });
  }
  const fraction = column.type.kind === 'integer' ? notWhole(old.type, quoted, dialect) : undefined;
  if (fraction !== undefined) faults.push({ limit: 'a whole number', where: fraction });
  if (isTighter(old, column)) faults.push({ limit: 'not NULL', where: `${quoted} is null` });
  if (faults.length === 0) return undefined;
  return {
    table: from.name,
    column: name,
    limit: faults.map(({ limit }) => limit).join(' and '),
    sql: `select count(*) as misfits from ${knex.ref(from.name)} where ${faults.map(({ where }) => where).join(' or ')}`,
  };
}

function isShorter(from: ColumnType, to: ColumnType): to is ColumnType & { readonly kind: 'string' } {
  if (to.kind !== 'string') return false;
  const longest: Readonly<Record<string, number>> = { text: Number.POSITIVE_INFINITY, uuid: 36, date: 10 };
  return (from.kind === 'string' ? from.length : (longest[from.kind] ?? 0)) > to.length;
}

/** Where a value is no whole number: SQLite keeps such a one, others round it or stop. */
function notWhole(from: ColumnType, column: string, dialect: Dialect): string | undefined {
  if (from.kind === 'number') return `${column} <> round(${column}${dialect === 'mssql' ? ', 0' : ''})`;
  return from.kind === 'string' || from.kind === 'text' ? notDigits[dialect](column) : undefined;
}

/** As whole numbers are written, and no more of them than 64 bits hold. */
const digits = '^(0|[1-9][0-9]{0,17}|-[1-9][0-9]{0,17})$';

const notDigits: Readonly<Record<Dialect, (column: string) => string>> = {
  sqlite: (column) => `cast(cast(${column} as integer) as text) <> ${column}`,
  postgres: (column) => `${column} !~ '${digits}'`,
  mysql: (column) => `${column} not regexp '${digits}'`,
  mssql: (column) => `try_cast(${column} as bigint) is null and ${column} is not null`,
};

/** NULLs get the default where there is one. */
function isTighter(from: Column, to: Column): boolean {
  return from.nullable && !to.nullable && to.default === undefined;
}

/** Characters of a value as text; SQL Server's `len` would not count spaces at its end. */
const lengths: Readonly<Record<Dialect, (column: string) => string>> = {
  sqlite: (column) => `length(${column})`,
  postgres: (column) => `char_length(${column}::text)`,
  mysql: (column) => `char_length(${column})`,
  mssql: (column) => `datalength(cast(${column} as nvarchar(max))) / 2`,
};
