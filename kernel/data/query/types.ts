import type { AnyEntity, Entities, Entity, RelationName, RelationOf } from '../entity/types.ts';

type Scalar = string | number | boolean | null;

/** Names of the fields that can be compared and sorted by: all but JSON and vectors. */
export type FieldName<Definition> = string extends keyof Entity<Definition>
  ? string
  : {
      [Name in keyof Entity<Definition>]-?: Entity<Definition>[Name] extends Scalar ? Name : never;
    }[keyof Entity<Definition>] &
      string;

/** What a field may be compared with. */
export type FieldValue<Definition, Name extends FieldName<Definition>> = NonNullable<
  Entity<Definition>[Name]
>;

/** Names of the fields that hold text. */
export type TextField<Definition> = {
  [Name in FieldName<Definition>]: Entity<Definition>[Name] extends string | null ? Name : never;
}[FieldName<Definition>];

/** Fields with the values that they must have; `null` asks for those without one. */
export type Matching<Definition> = {
  readonly [Name in FieldName<Definition>]?: Entity<Definition>[Name];
};

/** The definition of the entity at the other end of a relation, or at the end of a path of them. */
export type TargetOf<Definition, Path extends string> = Path extends `${infer First}.${infer Later}`
  ? First extends RelationName<Definition>
    ? TargetOf<Target<Definition, First>, Later>
    : never
  : Path extends RelationName<Definition>
    ? Target<Definition, Path>
    : never;

type Target<Definition, Name extends RelationName<Definition>> =
  RelationOf<Definition, Name> extends { readonly target: infer Target extends keyof Entities }
    ? Entities[Target]
    : AnyEntity;

/** The path itself where all of its relations are there; otherwise the names that could stand in the wrong place. */
export type KnownPath<Definition, Path extends string> = Path extends `${infer First}.${infer Later}`
  ? First extends RelationName<Definition>
    ? `${First}.${KnownPath<Target<Definition, First>, Later>}`
    : RelationName<Definition>
  : RelationName<Definition>;

/** Names of the relations that lead to one row at most. */
export type ToOneName<Definition> = {
  [Name in RelationName<Definition>]: RelationOf<Definition, Name> extends {
    readonly kind: 'belongsTo' | 'hasOne';
  }
    ? Name
    : never;
}[RelationName<Definition>];
