import type { AccessRule } from './access-rule.ts';
import type { EntityOptions } from './define.ts';
import type { Field } from './field.ts';
import type { OnDelete } from './relation.ts';

/** An entity with everything that was left to defaults decided, and what other extensions add to it. */
export interface EntitySchema {
  /** `blog.post`. */
  readonly name: string;
  /** Extension that defines it. */
  readonly owner: string;
  /** In kebab case, for paths: `posts`. */
  readonly plural: string;
  readonly table: string;
  /** By name, `id` first. */
  readonly fields: ReadonlyMap<string, Field>;
  readonly relations: ReadonlyMap<string, ResolvedRelation>;
  readonly indexes: readonly Index[];
  readonly timestamps: boolean;
  readonly softDelete: boolean;
  /** Names of the fields that callers may sort by. */
  readonly sort: ReadonlySet<string>;
  /** Names of the fields of the full-text search. */
  readonly search: readonly string[];
  /** The extensions that want each of them searched. */
  readonly searchedBy: ReadonlyMap<string, readonly string[]>;
  /** Rules by operation, those of extensions joined. */
  readonly access: ReadonlyMap<string, AccessRule>;
  /** What the definition says; of the fields, relations and indexes read those above. */
  readonly options: EntityOptions;
}

/** Fields that rows are looked for by together. */
export interface Index {
  /** Names of fields. */
  readonly fields: readonly string[];
  readonly unique: boolean;
  readonly owner: string;
}

export type ResolvedRelation = ToOne | ToMany | ThroughPivot;

/** `belongsTo`: `key` is a field of this entity. */
export interface ToOne {
  readonly kind: 'belongsTo';
  readonly name: string;
  readonly target: string;
  readonly key: string;
  readonly optional: boolean;
  readonly owner: string;
}

/** `hasOne` and `hasMany`: `key` is a field of the target. */
export interface ToMany {
  readonly kind: 'hasOne' | 'hasMany';
  readonly name: string;
  readonly target: string;
  readonly key: string;
  readonly owner: string;
}

export interface ThroughPivot {
  readonly kind: 'manyToMany';
  readonly name: string;
  readonly target: string;
  readonly pivot: Pivot;
  /** Column of the pivot table that holds this entity's id. */
  readonly ownColumn: string;
  /** Column that holds the target's. */
  readonly targetColumn: string;
  readonly owner: string;
}

/** The table between two entities. Both columns together are its primary key. */
export interface Pivot {
  readonly table: string;
  /** The columns of ids, and what they refer to: first the side that declares the pivot. */
  readonly keys: readonly [PivotKey, PivotKey];
  readonly fields: ReadonlyMap<string, Field>;
  readonly owner: string;
}

export interface PivotKey {
  readonly column: string;
  readonly entity: string;
  readonly onDelete: OnDelete;
}
