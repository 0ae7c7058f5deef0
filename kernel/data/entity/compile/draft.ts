import { BackplaneError } from '../../../errors.ts';
import type { AccessRule } from '../access-rule.ts';
import type { EntityDefinition } from '../define.ts';
import type { EntitySchema, Index, Pivot, ResolvedRelation } from '../entity-schema.ts';
import type { Field } from '../field.ts';
import type { Relation } from '../relation.ts';
import type { ScopeDefinition } from '../scope.ts';

/** A schema while it is put together. */
export interface Draft {
  readonly definition: EntityDefinition;
  readonly owner: string;
  readonly fields: Map<string, Field>;
  readonly relations: Map<string, ResolvedRelation>;
  /** As declared, with who declares them. */
  readonly declared: Map<string, { readonly relation: Relation; readonly owner: string }>;
  readonly indexes: Index[];
  readonly sort: string[];
  /** Rules by operation. */
  readonly access: Map<string, AccessRule>;
  /** With the extensions that want it. */
  readonly search: Map<string, string[]>;
  readonly table: string;
  readonly plural: string;
}

/** Entities while they are put together, and what is wrong with them. */
export class Drafts {
  readonly byName = new Map<string, Draft>();
  /** By entity and relation: `blog.post.tags`. */
  readonly pivots = new Map<string, Pivot>();
  readonly scopes = new Map<string, ScopeDefinition>();
  readonly faults: BackplaneError[];

  /** @param faults that were found before */
  constructor(faults: readonly BackplaneError[] = []) {
    this.faults = [...faults];
  }

  get all(): readonly Draft[] {
    return [...this.byName.values()];
  }

  find(entity: string): Draft | undefined {
    return this.byName.get(entity);
  }

  fault(entity: string, owner: string, reason: string): void {
    this.faults.push(new BackplaneError('ENTITY_INVALID', { entity, owner, reason }));
  }
}

/** The entity that a draft without faults is. */
export function schemaOf(draft: Draft): EntitySchema {
  const { definition, owner, plural, table, fields, relations, indexes, search, access } = draft;
  const { timestamps = false, softDelete = false, sort } = definition.options;
  const sortable = sort
    ? draft.sort
    : [...fields.values()].filter(({ index, unique }) => index || unique).map(({ name }) => name);
  return {
    name: definition.name,
    owner,
    plural,
    table,
    fields,
    relations,
    indexes,
    timestamps,
    softDelete,
    sort: new Set(['id', ...sortable]),
    search: [...search.keys()],
    searchedBy: search,
    access,
    options: definition.options,
  };
}
