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
 * The same in a request's `filter`, in a search's body, in GraphQL and in row rules: `and`, `or`, `not`, fields with their
 * conditions, relations with theirs. Everything in one object must hold.
 *
 * A field that is NULL equals no value and is neither less nor greater than any: `ne`, `nin` and `not` therefore find it.
 * `{ eq: null }` and `null` among the values of `in` ask for NULL itself.
 *
 * @example { status: { eq: 'published' }, author: { name: { startsWith: 'A' } }, comments: { some: { spam: { eq: false } } } }
 */
export interface Filter {
  readonly [name: string]: Condition | ManyCondition | Filter | readonly Filter[] | undefined;
}
