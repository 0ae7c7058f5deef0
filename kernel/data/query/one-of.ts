import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import type { ColumnType } from '../entity/field.ts';
import { syntaxOf } from '../plan/sql/dialects.ts';

export type Parameter = string | number | boolean;

/** A column, with its table, and what it holds. */
export interface TypedColumn {
  readonly column: string;
  readonly type: ColumnType;
}

/** The part of a query that this file needs, Objection's or knex's. */
interface Filterable {
  where(condition: Knex.Raw): unknown;
  whereIn(column: string, values: Parameter[]): unknown;
}

/** Values that MySQL and MSSQL get as parameters of their own: they choose indexes by them. */
const listedAtMost = 1024;

/**
 * Adds to a query that a column holds one of these values.
 *
 * As one parameter, where the dialect can take a list apart at no cost or where they are many, and otherwise padded to a
 * power of two: statements stay prepared by their text, which must not differ with every length.
 *
 * @param inlined are values written into the text, so that there may be any number?
 */
export function whereOneOf(
  builder: Filterable,
  { knex, dialect }: Pick<Database, 'knex' | 'dialect'>,
  { column, type }: TypedColumn,
  values: readonly Parameter[],
  inlined: boolean,
): void {
  const [first] = values;
  const takesLists = dialect === 'sqlite' || dialect === 'postgres';
  if (first === undefined) builder.where(knex.raw('1 = 0'));
  else if (inlined) builder.whereIn(column, [...values]);
  else if (takesLists || values.length > listedAtMost) {
    const { isIn, encodeList } = syntaxOf(dialect);
    const list = encodeList ? encodeList(values) : [...values];
    builder.where(knex.raw(isIn('??', '?', type), [column, list as string]));
  } else {
    const length = 2 ** Math.ceil(Math.log2(values.length));
    builder.whereIn(column, [...values, ...Array<Parameter>(length - values.length).fill(first)]);
  }
}

/**
 * Does knex write values into the text of what it sends itself? For MySQL it does, which is well: in changes of rows, that
 * one takes a list apart anew for each row.
 */
export function isInlined({ dialect }: Pick<Database, 'dialect'>): boolean {
  return dialect === 'mysql';
}
