import type { TProperties } from 'typebox';

/** What happens to rows when the row that they belong to is deleted for good. */
export type OnDelete = 'restrict' | 'cascade' | 'set null';

/** A row of this entity holds the id of one of the target's. */
export interface BelongsTo<
  Target extends string = string,
  Optional extends boolean = boolean,
  Write extends boolean = boolean,
> {
  readonly kind: 'belongsTo';
  readonly target: Target;
  readonly optional: Optional;
  /** Field that holds the id; `<relation>Id` if left out. */
  readonly key?: string;
  readonly onDelete?: OnDelete;
  /** `false`: only the server's own code sets the key. */
  readonly write?: Write;
}

/** Rows of the target hold the id of one of this entity's. */
export interface HasMany<Target extends string = string> {
  readonly kind: 'hasMany';
  readonly target: Target;
  /** Field of the target that holds the id; found by the target's `belongsTo` if left out. */
  readonly key?: string;
  readonly onDelete?: OnDelete;
}

/** One row of the target at most holds the id of one of this entity's. */
export interface HasOne<Target extends string = string> {
  readonly kind: 'hasOne';
  readonly target: Target;
  readonly key?: string;
  readonly onDelete?: OnDelete;
}

/** Pairs of ids in a table between both, with fields of their own. */
export interface ManyToMany<Target extends string = string, Pivot extends TProperties = TProperties> {
  readonly kind: 'manyToMany';
  readonly target: Target;
  /** Fields of each pair. */
  readonly pivot?: Pivot;
  /** Name of the table between; `<table>_<relation>` if left out. */
  readonly table?: string;
  /** The target's relation that this is the other side of. It declares table and pivot; this declares neither. */
  readonly inverse?: string;
}

export type Relation = BelongsTo | HasMany | HasOne | ManyToMany;

/** @param target name of the other entity, `auth.user` */
export function belongsTo<
  const Target extends string,
  const Optional extends boolean = false,
  const Write extends boolean = true,
>(
  target: Target,
  options: {
    readonly optional?: Optional;
    readonly key?: string;
    readonly onDelete?: OnDelete;
    readonly write?: Write;
  } = {},
): BelongsTo<Target, Optional, Write> {
  return { ...options, kind: 'belongsTo', target, optional: (options.optional ?? false) as Optional };
}

export function hasMany<const Target extends string>(
  target: Target,
  options: { readonly key?: string; readonly onDelete?: OnDelete } = {},
): HasMany<Target> {
  return { ...options, kind: 'hasMany', target };
}

export function hasOne<const Target extends string>(
  target: Target,
  options: { readonly key?: string; readonly onDelete?: OnDelete } = {},
): HasOne<Target> {
  return { ...options, kind: 'hasOne', target };
}

export function manyToMany<const Target extends string, Pivot extends TProperties = Record<never, never>>(
  target: Target,
  options: { readonly pivot?: Pivot; readonly table?: string; readonly inverse?: string } = {},
): ManyToMany<Target, Pivot> {
  return { ...options, kind: 'manyToMany', target };
}
