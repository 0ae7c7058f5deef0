import type { Filter } from '../entity/filter.ts';

/** What is asked of an entity's rows. The same for REST, GraphQL and managers. */
export interface ReadRequest {
  readonly filter?: Filter | undefined;
  /** Relations to read along, by name. */
  readonly include?: Readonly<Record<string, IncludeRequest>> | undefined;
  /** Names of fields; all that may be read if left out. `id` always comes along. */
  readonly fields?: readonly string[] | undefined;
  /** Names of fields, with `-` before them for descending order: `['-createdAt', 'title']`. NULL is less than any value. */
  readonly sort?: readonly string[] | undefined;
  readonly page?: PageRequest | undefined;
  /** Is the number of all rows wanted, too? `none` if left out. */
  readonly count?: CountRequest | undefined;
  /** Words that must all occur in the entity's searched fields. */
  readonly search?: string | undefined;
  readonly near?: NearRequest | undefined;
}

/** What is asked of the rows of a relation. */
export interface IncludeRequest {
  readonly filter?: Filter | undefined;
  readonly include?: Readonly<Record<string, IncludeRequest>> | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly sort?: readonly string[] | undefined;
  /** Rows per parent at most. */
  readonly limit?: number | undefined;
}

export interface PageRequest {
  /** Rows at most. */
  readonly size?: number | undefined;
  /** Cursor of a page: rows behind it. */
  readonly after?: string | undefined;
  /** Cursor of a page: rows before it, the nearest ones. */
  readonly before?: string | undefined;
  /** Rows to skip, instead of a cursor. */
  readonly offset?: number | undefined;
}

export type CountRequest = 'none' | 'exact' | 'estimated';

/** The rows whose vector is nearest, nearest first, instead of a sort. Rows without a vector are left out. */
export interface NearRequest {
  /** A field with a vector; it may be one that callers cannot read. */
  readonly field: string;
  readonly vector: readonly number[];
  /** Rows at most. */
  readonly limit?: number | undefined;
  /** `cosine` if left out. */
  readonly distance?: Distance | undefined;
}

export type Distance = 'cosine' | 'l2';

/** What is asked of an entity's rows as a whole. Names of fields throughout. */
export interface AggregateRequest {
  readonly filter?: Filter | undefined;
  readonly search?: string | undefined;
  readonly groupBy?: readonly string[] | undefined;
  readonly count?: boolean | undefined;
  readonly sum?: readonly string[] | undefined;
  readonly avg?: readonly string[] | undefined;
  readonly min?: readonly string[] | undefined;
  readonly max?: readonly string[] | undefined;
}

/** What a request may ask for at most. */
export interface ReadLimits {
  /** Rows of a page, or of a relation per parent, if nothing is said. */
  readonly page: number;
  /** Rows of a page, or of a relation per parent, at most. */
  readonly pageMaximum: number;
  readonly offset: number;
  /** How deep relations may be read along. */
  readonly includeDepth: number;
  /** Rows that a page may add up to, were every relation to many as long as its limit. */
  readonly includedRows: number;
  /** How deep `and`, `or`, `not` and relations may be nested in a filter. */
  readonly filterDepth: number;
  /** Conditions in a filter, each operator one. */
  readonly filterNodes: number;
  /** Values of one `in`. */
  readonly inValues: number;
  /** Words of a search. */
  readonly searchWords: number;
  /** Groups of an aggregate. */
  readonly groups: number;
}

export const defaultLimits: ReadLimits = {
  page: 25,
  pageMaximum: 100,
  offset: 10_000,
  includeDepth: 4,
  // A page of 25 with two relations to many inside each other, of 25 rows each, makes 16,275.
  includedRows: 100_000,
  filterDepth: 6,
  filterNodes: 50,
  inValues: 200,
  searchWords: 10,
  groups: 1000,
};
