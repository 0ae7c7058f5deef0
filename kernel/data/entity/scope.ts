import type { BelongsTo } from './relation.ts';

/** What the rows of scoped entities belong to: an extension that has teams defines the scope `team`. */
export interface ScopeDefinition {
  /** What entities name in `scope`; the relation that they get is called so, too. */
  readonly scope: string;
  readonly relation: BelongsTo;
}

/**
 * Defines a scope. Every entity that names it gets a relation of that name to whatever its rows belong to.
 *
 * @example export const team = defineScope('team', belongsTo('teams.team'));
 */
export function defineScope(scope: string, relation: BelongsTo): ScopeDefinition {
  return { scope, relation };
}

export function isScopeDefinition(value: unknown): value is ScopeDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'scope' in value &&
    typeof value.scope === 'string' &&
    'relation' in value &&
    typeof value.relation === 'object'
  );
}
