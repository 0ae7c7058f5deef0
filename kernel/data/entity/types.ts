import type { Static, TOptional, TProperties, TSchema } from 'typebox';
import type { EntityDefinition, EntityExtension, EntityOptions } from './define.ts';
import type { BelongsTo, ManyToMany, Relation } from './relation.ts';

/**
 * The entities there are, by name, so that relations have types. Extensions add theirs, and plain scripts too (always to
 * `backplane`: TypeScript does not join what is added to it with what is added to `backplane/data`):
 *
 * @example
 * declare module 'backplane' {
 *   interface Entities { 'blog.post': typeof Post }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface Entities {}

/**
 * What extensions add to the entities of others, by the name of the entity, so that its types have it. Each under a name of
 * its own, since several may extend the same:
 *
 * @example
 * declare module 'backplane' {
 *   interface EntityExtensions { 'stock/shop.product': typeof StockOfProduct }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface EntityExtensions {}

/** An entity whose fields and relations are known at run time only: any name goes, and values are unknown. */
export type AnyEntity = EntityDefinition<
  string,
  { readonly fields: TProperties; readonly relations: Readonly<Record<string, Relation>> }
>;

type Flat<T> = { [Key in keyof T]: T[Key] } & {};

type OptionalKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends TOptional<TSchema> ? Key : never;
}[keyof Fields];

type DefaultedKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly default: unknown } ? Key : never;
}[keyof Fields];

type Value<Schema> = Schema extends TSchema ? Static<Schema> : never;

/** Fields as they stand in a row: a field without a value is `null`. */
type FieldValues<Fields> = {
  -readonly [Key in keyof Fields]: Key extends OptionalKeys<Fields>
    ? Value<Fields[Key]> | null
    : Value<Fields[Key]>;
};

type Declared<Options extends EntityOptions> =
  Options['relations'] extends Readonly<Record<string, Relation>>
    ? Options['relations']
    : Record<never, never>;

/** With that to what its rows belong to. */
type Relations<Options extends EntityOptions> = Options extends { readonly scope: 'team' }
  ? Declared<Options> & { readonly team: BelongsTo<'teams.team'> }
  : Declared<Options>;

type KeyOf<Name, R> = R extends { readonly key: infer Key extends string } ? Key : `${Name & string}Id`;

/** Names of the fields that hold the ids of `belongsTo` relations. */
type Keys<R> = {
  -readonly [Name in keyof R as R[Name] extends BelongsTo
    ? KeyOf<Name, R[Name]>
    : never]: R[Name] extends BelongsTo<string, true> ? string | null : string;
};

type OptionalKeyNames<R> = {
  [Name in keyof R]: R[Name] extends BelongsTo<string, true> ? KeyOf<Name, R[Name]> : never;
}[keyof R];

type Marks<Options> = (Options extends { readonly timestamps: true }
  ? { readonly createdAt: string; readonly updatedAt: string }
  : unknown) &
  (Options extends { readonly softDelete: true } ? { readonly deletedAt: string | null } : unknown);

type UnionToIntersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** The options of all that extends an entity, as a union; `never` where nothing does. */
type AddedOptions<Name> = {
  [Key in keyof EntityExtensions]: EntityExtensions[Key] extends EntityExtension<infer Extended, infer Added>
    ? Name extends Extended
      ? Added
      : never
    : never;
}[keyof EntityExtensions];

type PartOf<All, Part extends string> = UnionToIntersection<
  All extends { readonly [Key in Part]: infer Found } ? Found : never
>;

/** With what other extensions add, as far as types were told. An entity that nobody extends keeps its options as they are. */
type Extended<Own extends EntityOptions, Added> = [Added] extends [never]
  ? Own
  : Omit<Own, 'fields' | 'relations'> & {
      readonly fields: Flat<Own['fields'] & PartOf<Added, 'fields'>>;
      readonly relations: Flat<Relations<Own> & PartOf<Added, 'relations'>>;
    };

type Options<Definition> =
  Definition extends EntityDefinition<infer Name, infer Own>
    ? string extends Name
      ? Own
      : Extended<Own, AddedOptions<Name>>
    : never;

/** A row, without relations. */
export type Entity<Definition> = Flat<
  { readonly id: string } & FieldValues<Options<Definition>['fields']> &
    Keys<Relations<Options<Definition>>> &
    Marks<Options<Definition>>
>;

/** What a new row is made of. What is optional or has a default may be left out; an `id` may be given. */
export type Create<Definition> = CreateOf<Options<Definition>['fields'], Relations<Options<Definition>>>;

type CreateOf<Fields extends TProperties, R> = Flat<
  { readonly id?: string } & {
    -readonly [Key in Exclude<keyof Fields, OptionalKeys<Fields> | DefaultedKeys<Fields>>]: Value<
      Fields[Key]
    >;
  } & { [Key in OptionalKeys<Fields>]?: Value<Fields[Key]> | null } & {
    [Key in DefaultedKeys<Fields>]?: Value<Fields[Key]>;
  } & Omit<Keys<R>, OptionalKeyNames<R> & string> & {
      [Key in OptionalKeyNames<R> & string]?: string | null;
    }
>;

/** Names of the fields that hold the ids of `belongsTo` relations. */
type KeyName<Definition> = keyof Keys<Relations<Options<Definition>>> & string;

/** What a new row is made of, where the rows that it belongs to may still be missing. */
export type Made<Definition> = Flat<
  Omit<Create<Definition>, KeyName<Definition>> & {
    [Key in KeyName<Definition>]?: string | null;
  }
>;

/** What of a row is to change. */
export type Update<Definition> = Partial<
  Flat<FieldValues<Options<Definition>['fields']> & Keys<Relations<Options<Definition>>>>
>;

type HiddenKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly read: false } ? Key : never;
}[keyof Fields];

type KeptKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly write: false } ? Key : never;
}[keyof Fields];

type KeptRelationKeys<R> = {
  [Name in keyof R]: R[Name] extends BelongsTo<string, boolean, infer Write>
    ? [Write] extends [false]
      ? KeyOf<Name, R[Name]>
      : never
    : never;
}[keyof R];

/** Names of the fields that only the server's own code sets. */
export type ServerKey<Definition> =
  | 'id'
  | (KeptKeys<Options<Definition>['fields']> & string)
  | KeptRelationKeys<Relations<Options<Definition>>>;

/** Name of the field that says whose a row is. */
export type ScopeKey<Definition> = Options<Definition> extends { readonly scope: 'team' } ? 'teamId' : never;

/** A row as it leaves the server. */
export type View<Definition> = Flat<
  Omit<Entity<Definition>, HiddenKeys<Options<Definition>['fields']> & string>
>;

/** Names of an entity's relations. */
export type RelationName<Definition> = keyof Relations<Options<Definition>> & string;

/** Names of an entity's relations, and of the relations of their targets after a dot: `comments.author`. */
export type RelationPath<Definition> = RelationName<Definition> | `${RelationName<Definition>}.${string}`;

/** What a definition says about one of its relations. */
export type RelationOf<Definition, Name extends RelationName<Definition>> = Relations<
  Options<Definition>
>[Name];

/** Names of the relations whose key is a field of the entity itself. */
export type BelongsToName<Definition> = {
  [Name in RelationName<Definition>]: RelationOf<Definition, Name> extends BelongsTo ? Name : never;
}[RelationName<Definition>];

/** Names of the relations that go through a pivot. */
export type PivotName<Definition> = {
  [Name in RelationName<Definition>]: RelationOf<Definition, Name> extends { readonly kind: 'manyToMany' }
    ? Name
    : never;
}[RelationName<Definition>];

/** What of a pair's fields may be given. */
export type PivotValues<Definition, Name extends RelationName<Definition>> =
  RelationOf<Definition, Name> extends ManyToMany<string, infer Pivot>
    ? Partial<FieldValues<Pivot>>
    : Readonly<Record<string, unknown>>;

type Head<Path> = Path extends `${infer First}.${string}` ? First : Path;

type Rest<Path, First extends string> = Path extends `${First}.${infer Later}` ? Later : never;

/** A row at the other end of a relation. */
type RowOf<Target, Paths extends string> = Target extends keyof Entities
  ? Loaded<Entities[Target], Paths>
  : Record<string, unknown>;

/** A row that another belongs to may be marked as deleted, which leaves it out. */
type Gone<Target> = Target extends keyof Entities
  ? Options<Entities[Target]> extends { readonly softDelete: true }
    ? null
    : never
  : never;

/** What a relation holds once it is loaded, itself with the relations of `Paths`. */
export type Related<R, Paths extends string = never> = R extends {
  readonly kind: 'belongsTo';
  readonly target: infer Target;
}
  ? RowOf<Target, Paths> | Gone<Target> | (R extends { readonly optional: true } ? null : never)
  : R extends { readonly kind: 'hasOne'; readonly target: infer Target }
    ? RowOf<Target, Paths> | null
    : R extends ManyToMany<infer Target, infer Pivot>
      ? readonly (RowOf<Target, Paths> & { readonly pivot: FieldValues<Pivot> })[]
      : R extends { readonly kind: 'hasMany'; readonly target: infer Target }
        ? readonly RowOf<Target, Paths>[]
        : never;

/** A row with relations that were asked for: `Loaded<typeof Post, 'author' | 'comments.author'>`. */
export type Loaded<Definition, Paths extends string> = [Paths] extends [never]
  ? Entity<Definition>
  : Flat<
      Entity<Definition> & {
        readonly [Name in Head<Paths> & RelationName<Definition>]: Related<
          RelationOf<Definition, Name>,
          Rest<Paths, Name>
        >;
      }
    >;
