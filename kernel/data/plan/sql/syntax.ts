import type { Convert } from '../../database/column-codec.ts';
import type { Dialect } from '../../database/dialect.ts';
import type { ColumnType } from '../../entity/field.ts';
import type { Distance } from '../request.ts';

/** What the dialects say differently. */
export interface Syntax {
  readonly dialect: Dialect;
  quote(name: string): string;
  /** @param number from 1 */
  placeholder(number: number): string;
  /** Is `expression` one of the list that `list` is the parameter of? Neither is NULL. */
  isIn(expression: string, list: string, type: ColumnType): string;
  /** Turns a list of encoded values into the parameter of {@link isIn}. */
  readonly encodeList: Convert | undefined;
  /** Does the text hold `part`, letter by letter? */
  contains(expression: string, part: string): string;
  /** A term of an order in which NULL is less than any value. */
  orderTerm(expression: string, descending: boolean, nullable: boolean): string;
  /** Does it compare `(a, b) > (c, d)`, with an index? */
  readonly rowValues: boolean;
  /** A list of rows: the whole statement. */
  list(parts: ListParts): string;
  /** The end of an ordered statement that wants its first rows. */
  first(limit: number): string;
  /** A row of a relation as an expression: JSON, NULL if there is none. */
  one(parts: NestedParts): string;
  /** Rows of a relation as an expression: a JSON array, or NULL if there are none. */
  many(parts: NestedParts): string;
  /** A column of the table between, for the entries of {@link many}. */
  pivotColumn(alias: string, pivotAlias: string, column: string): string;
  /** An object as an expression: JSON. */
  object(entries: readonly Entry[]): string;
  /** A column as it stands in JSON. */
  nested(expression: string, type: ColumnType): string;
  /** Ends a subquery that is not to be joined. */
  readonly byRow: string;
  /** A column that no index should be chosen for. */
  unindexed(column: string): string;
  /** A parameter whose value should not sway the choice of indexes. */
  indifferent(parameter: string): string;
  /** An order by the distance between a column and a parameter; `undefined` where the dialect has no vectors. */
  readonly distance: ((column: string, vector: string, distance: Distance) => string) | undefined;
  /** A value of type double. */
  double(expression: string): string;
}

/** A name of the result, and what stands there. */
export type Entry = readonly [name: string, expression: string];

export interface ListParts {
  readonly alias: string;
  readonly entries: readonly Entry[];
  readonly from: string;
  /** `undefined` if every row is wanted. */
  readonly where: string | undefined;
  readonly order: string;
  readonly limit: number;
  /** A parameter. */
  readonly offset: string | undefined;
  /** Are there relations among the entries? They should be read for the rows of the page alone. */
  readonly hasNested: boolean;
}

export interface NestedParts {
  readonly alias: string;
  readonly entries: readonly Entry[];
  readonly from: string;
  readonly where: string;
  /** Empty if there is one row at most anyway. */
  readonly order: string;
  readonly limit: number;
  /** The table between, and the columns of it that the entries name by {@link Syntax.pivotColumn}. */
  readonly pivot: { readonly alias: string; readonly columns: readonly string[] } | undefined;
}
