import type { Entity } from '../../data/entity/types.ts';
import type { ExternalDefinition, ExternalOptions } from './define.ts';

type Flat<T> = { [Key in keyof T]: T[Key] } & {};

type OptionsOf<Definition> = Definition extends ExternalDefinition<string, infer Options> ? Options : never;

/** Names of the fields that the definition names itself. */
type OwnField<Definition> = keyof OptionsOf<Definition>['fields'] & keyof Entity<Definition>;

type NullableKey<Row> = { [Key in keyof Row]: null extends Row[Key] ? Key : never }[keyof Row];

/** With what may be NULL left out as well. */
type Sparse<Row> = Flat<Omit<Row, NullableKey<Row>> & Partial<Pick<Row, NullableKey<Row>>>>;

/** A row as a driver gives it. What has no value may be left out, and what the entity does not name is dropped. */
export type ExternalRow<Definition> = Sparse<Entity<Definition>>;

/** Fields that callers have to give: they may set them, and nothing stands in for them. */
type RequiredKey<Definition> = {
  [Key in OwnField<Definition>]: null extends Entity<Definition>[Key]
    ? never
    : OptionsOf<Definition>['fields'][Key] extends { readonly write: false }
      ? never
      : Key;
}[OwnField<Definition>];

/** What a driver makes a row of. What only the server sets is there where a hook has set it. */
export type ExternalValues<Definition> = Flat<
  Pick<Entity<Definition>, RequiredKey<Definition>> &
    Partial<Pick<Entity<Definition>, Exclude<OwnField<Definition>, RequiredKey<Definition>>>>
>;

export type ExternalChanges<Definition> = Flat<Partial<Pick<Entity<Definition>, OwnField<Definition>>>>;

type Operand<Operator, Value> = Operator extends 'in' | 'nin'
  ? readonly Value[]
  : Operator extends 'isNull'
    ? boolean
    : Value;

type ValueOf<Definition, Field> = Field extends keyof Entity<Definition>
  ? NonNullable<Entity<Definition>[Field]>
  : never;

type Filters<Options extends ExternalOptions> =
  Options['filter'] extends Readonly<Record<string, readonly string[]>> ? Options['filter'] : unknown;

/** Conditions, all of which must hold: only fields and operators that the definition declares. */
export type ExternalFilter<Definition> = {
  readonly [Field in keyof Filters<OptionsOf<Definition>>]?: Filters<
    OptionsOf<Definition>
  >[Field] extends readonly (infer Operator extends string)[]
    ? { readonly [One in Operator]?: Operand<One, ValueOf<Definition, Field>> }
    : never;
};

type SortKey<Definition> =
  OptionsOf<Definition> extends { readonly sort: readonly (infer Key)[] } ? Key : never;

export interface ExternalListInput<Definition> {
  readonly filter: ExternalFilter<Definition>;
  /** The first decides. Empty: in any order that stays the same from page to page. */
  readonly orderBy: readonly {
    readonly field: SortKey<Definition>;
    readonly direction: 'asc' | 'desc';
  }[];
  /** Rows at most, 1 to 100. */
  readonly limit: number;
  /**
   * What the page before gave, as a client brings it back: it may have been made up, so that it must be no address to ask.
   * Missing for the first page.
   */
  readonly cursor?: string;
  /** Is the number of all rows wanted? */
  readonly count: boolean;
}

export interface ExternalListOutput<Definition> {
  readonly rows: readonly ExternalRow<Definition>[];
  /** Stands for the next page; null or missing on the last. */
  readonly cursor?: string | null;
  /** Rows on all pages that meet the filter, where it was asked for. */
  readonly count?: number;
}

export interface ExternalUpdateInput<Definition> {
  readonly id: string;
  readonly changes: ExternalChanges<Definition>;
  /**
   * `updatedAt` of the row that was looked at. If it is another by now, the driver fails with the class `invalid` and the
   * code `412`. Only of entities with `timestamps`.
   */
  readonly version?: string;
}
