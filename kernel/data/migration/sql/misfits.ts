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
  const faults: Limit[] = [];
  if (isShorter(old.type, column.type)) {
    const { length } = column.type;
    faults.push({
      limit: `not longer than ${length} characters`,
      where: `${lengths[dialect](quoted)} > ${length}`,
    });
  }
  faults.push(...unconverted(old.type, column.type, quoted, dialect));
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
  const longest: Readonly<Record<string, number>> = {
    text: Number.POSITIVE_INFINITY,
    uuid: 36,
    date: 10,
    integer: 20,
  };
  return (from.kind === 'string' ? from.length : (longest[from.kind] ?? 0)) > to.length;
}

/** A rule that the values of an altered column must keep. */
interface Limit {
  readonly limit: string;
  readonly where: string;
}

/** Where a value cannot become one of the other kind: SQLite keeps such a one, others bend it or stop. */
function unconverted(from: ColumnType, to: ColumnType, column: string, dialect: Dialect): readonly Limit[] {
  const isText = from.kind === 'string' || from.kind === 'text';
  if (from.kind === 'number' && to.kind === 'integer') {
    const rounded = `round(${column}${dialect === 'mssql' ? ', 0' : ''})`;
    const where = `${column} <> ${rounded} or abs(${column}) > ${Number.MAX_SAFE_INTEGER}`;
    return [{ limit: 'a whole number', where }];
  }
  if (from.kind === 'integer' && to.kind === 'boolean')
    return [{ limit: '0 or 1', where: `${column} not in (0, 1)` }];
  if (!isText || !(to.kind === 'integer' || to.kind === 'uuid' || to.kind === 'date')) return [];
  const { limit, where } = textForms[to.kind];
  return [{ limit, where: where[dialect](column) }];
}

/** As whole numbers are written, and no more of them than 64 bits hold. */
const digits = '^(0|-?[1-9][0-9]{0,17})$';
const uuid = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
/** Days that there are, from the year 1000, before which MariaDB has none. */
const day =
  '^([1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))' +
  '|([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)$';

const hexDigit = '[0-9a-f]';
const uuidGlob = [8, 4, 4, 4, 12].map((count) => hexDigit.repeat(count)).join('-');

/** Texts that are written as values of another kind are: what one database would take besides, another would not. */
const textForms = {
  integer: {
    limit: 'a whole number',
    where: {
      ...matching(digits),
      sqlite: (column) =>
        `cast(cast(${column} as integer) as text) <> ${column} or length(ltrim(${column}, '-')) > 18`,
      mssql: (column) => `try_cast(${column} as bigint) is null and ${column} is not null`,
    },
  },
  uuid: {
    limit: 'a UUID in lower case',
    where: {
      ...matching(uuid),
      sqlite: (column) => `${column} not glob '${uuidGlob}'`,
      mssql: (column) => `try_cast(${column} as uniqueidentifier) is null and ${column} is not null`,
    },
  },
  date: {
    limit: 'a date as 2026-01-31',
    where: {
      ...matching(day),
      sqlite: (column) =>
        `${column} is not null and (date(${column}) is not ${column} or ${column} < '1000')`,
      mssql: (column) => `try_cast(${column} as date) is null and ${column} is not null`,
    },
  },
} satisfies Readonly<
  Record<
    string,
    { readonly limit: string; readonly where: Readonly<Record<Dialect, (column: string) => string>> }
  >
>;

function matching(pattern: string) {
  return {
    postgres: (column: string): string => `${column} !~ '${pattern}'`,
    // There `$` would let a line break follow.
    mysql: (column: string): string => `${column} not regexp '${pattern.replace(/\$$/, '\\\\z')}'`,
  };
}

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
