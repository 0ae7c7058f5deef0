import type { Model as ObjectionModel, QueryBuilder } from 'objection';

/** Objection's builder of one query. */
export type Builder = QueryBuilder<ObjectionModel>;

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** One condition of a query, as plain data. */
export type Condition =
  | { readonly kind: 'compare'; readonly field: string; readonly operator: Operator; readonly value: unknown }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly unknown[] }
  | { readonly kind: 'null'; readonly field: string }
  | { readonly kind: 'like'; readonly field: string; readonly pattern: string }
  | { readonly kind: 'between'; readonly field: string; readonly low: unknown; readonly high: unknown }
  | { readonly kind: 'has'; readonly relation: string; readonly state: QueryState }
  | { readonly kind: 'group'; readonly clauses: readonly Clause[] };

/** A condition, and how it joins those before it. */
export interface Clause {
  readonly or: boolean;
  readonly not: boolean;
  readonly condition: Condition;
}

export type Direction = 'asc' | 'desc';

export interface Order {
  readonly field: string;
  readonly direction: Direction;
  /** What it leaves a choice of comes in the order of ids, after all other terms. */
  readonly byId?: true;
}

/** What a query does about rows that are marked as deleted. */
export type Deleted = 'without' | 'with' | 'only';

/** A relation to load: its own query, which may load further ones. */
export interface Include {
  readonly state: QueryState;
  /** In the same statement as the row itself. */
  readonly joined: boolean;
}

/** Everything that a query has been told, as plain data that never changes. */
export interface QueryState {
  readonly clauses: readonly Clause[];
  readonly orders: readonly Order[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  readonly deleted: Deleted;
  readonly includes: ReadonlyMap<string, Include>;
  /** Conditions on the rows that are counted, by relation. */
  readonly counts: ReadonlyMap<string, QueryState>;
}

export const emptyState: QueryState = {
  clauses: [],
  orders: [],
  limit: undefined,
  offset: undefined,
  deleted: 'without',
  includes: new Map(),
  counts: new Map(),
};
