import type { Distance } from './request.ts';

/**
 * What a request means, as plain data without its values: those stand beside it, and the plan names their places. Requests
 * of the same shape therefore have equal plans, and one SQL text serves them all.
 */
export interface ListPlan extends BranchPlan {
  readonly near?: NearPlan;
  readonly limit: number;
  readonly offset?: Slot;
  readonly keyset?: Keyset;
}

/** Place of a value in the list beside a plan. */
export type Slot = number;

/** The rows of one entity, with what is read along. */
export interface BranchPlan {
  readonly source: Source;
  /** All that may be read if left out. */
  readonly fields?: readonly string[];
  readonly includes: readonly IncludePlan[];
  readonly where?: Predicate;
  /** Ends with `id`, so that it is total. */
  readonly order: readonly OrderTerm[];
}

export interface IncludePlan extends BranchPlan {
  readonly relation: string;
  /** Rows per parent at most. */
  readonly limit: number;
}

/** An alias of an entity, with what restricts it whoever asks for what. */
export interface Source {
  readonly entity: string;
  /** The row rule. */
  readonly access?: Predicate;
  readonly deleted: Deleted;
}

/** What becomes of rows that are marked as deleted. */
export type Deleted = 'exclude' | 'include' | 'only';

export interface OrderTerm {
  readonly field: string;
  readonly descending: boolean;
}

/** A place in the order: the rows on one side of it are wanted. */
export interface Keyset {
  readonly side: 'after' | 'before';
  /** For each term of the order; `null` where the value there is NULL. */
  readonly keys: readonly (Slot | null)[];
  /** Only rows that are as NULL as the place is: a range of an index, where all of them would be two. */
  readonly within?: true;
}

export interface NearPlan {
  readonly field: string;
  readonly vector: Slot;
  readonly distance: Distance;
}

/**
 * What must hold of a row. Two-valued: a comparison with a field that is NULL does not hold, and its negation does. So
 * `ne`, `nin` and `not` find rows whose field is NULL.
 */
export type Predicate =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | { readonly kind: 'compare'; readonly field: string; readonly operator: Comparison; readonly value: Slot }
  | { readonly kind: 'null'; readonly field: string }
  | InPredicate
  /** From `value` on, and below `end` if there is an end. */
  | { readonly kind: 'prefix'; readonly field: string; readonly value: Slot; readonly end?: Slot }
  | { readonly kind: 'contains'; readonly field: string; readonly value: Slot }
  | RelatedPredicate
  | SearchPredicate;

export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

export interface InPredicate {
  readonly kind: 'in';
  readonly field: string;
  readonly values: Slot;
  readonly orNull: boolean;
  /** Is it better asked of each row than looked up in an index? */
  readonly byRow?: true;
}

export interface RelatedPredicate {
  readonly kind: 'related';
  readonly relation: string;
  readonly quantifier: 'some' | 'every';
  readonly source: Source;
  readonly where?: Predicate;
  /** Is it better looked up for each row than for all at once? */
  readonly byRow?: true;
}

/** How words are looked for: in an index of the database's own kind, or row by row. */
export type SearchPredicate =
  | { readonly kind: 'search'; readonly by: 'index'; readonly words?: Slot; readonly pattern?: Slot }
  | { readonly kind: 'search'; readonly by: 'scan'; readonly words: readonly Slot[] };

/** Holds of every row. */
export const always: Predicate = { kind: 'all', of: [] };

/** Holds of no row. */
export const never: Predicate = { kind: 'any', of: [] };

/** All of them; `undefined` for none, which every row satisfies. */
export function allOf(predicates: readonly Predicate[]): Predicate | undefined {
  return predicates.length <= 1 ? predicates[0] : { kind: 'all', of: predicates };
}

export interface AggregatePlan {
  readonly source: Source;
  readonly where?: Predicate;
  readonly groupBy: readonly string[];
  readonly count: boolean;
  readonly calculations: readonly Calculation[];
  readonly limit: number;
}

export interface Calculation {
  readonly function: 'sum' | 'avg' | 'min' | 'max';
  readonly field: string;
}
