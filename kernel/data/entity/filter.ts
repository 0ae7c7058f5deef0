/** A value that a filter compares with. */
export type FilterValue = string | number | boolean | null;

/** What is asked of one field. Several operators must all hold. */
export interface Condition {
  readonly eq?: FilterValue;
  readonly ne?: FilterValue;
  readonly gt?: string | number;
  readonly gte?: string | number;
  readonly lt?: string | number;
  readonly lte?: string | number;
  readonly in?: readonly FilterValue[];
  readonly nin?: readonly FilterValue[];
  readonly isNull?: boolean;
  readonly startsWith?: string;
  readonly contains?: string;
}

/** What is asked of rows at the other end of a relation to many. */
export interface ManyCondition {
  readonly some?: Filter;
  readonly none?: Filter;
  readonly every?: Filter;
}

/**
 * Marks a filter of the application's own whose relations and lists (`in`) many rows satisfy: they are looked up for each
 * row on its way, where a database would rather find all that satisfy them first. No request can have it, for JSON has no
 * symbols.
 */
export const byRow: unique symbol = Symbol('by row');

/**
 * The same in a request's `filter`, in a search's body, in GraphQL and in row rules: `and`, `or`, `not`, fields with their
 * conditions, relations with theirs. Everything in one object must hold.
 *
 * A field that is NULL equals no value and is neither less nor greater than any: `ne`, `nin` and `not` therefore find it.
 * `{ eq: null }` and `null` among the values of `in` ask for NULL itself.
 *
 * @example { status: { eq: 'published' }, author: { name: { startsWith: 'A' } }, comments: { some: { spam: { eq: false } } } }
 */
export interface Filter {
  readonly [byRow]?: true;
  readonly [name: string]: Condition | ManyCondition | Filter | readonly Filter[] | undefined;
}
