import { BackplaneError, messageOf } from '../../errors.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Filter } from '../entity/filter.ts';
import { Faults } from './faults.ts';
import { planFilter } from './filter-plan.ts';
import type { Predicate } from './plan.ts';
import type { Planning } from './planning.ts';
import type { ReadLimits } from './request.ts';

/** The row rule of each entity; `undefined` where all rows may be read. */
export type Access = (entity: string) => Filter | undefined;

/** Begins to plan a request. */
export function beginPlanning(
  catalog: EntityCatalog,
  limits: ReadLimits,
  access: Access | undefined,
): Planning {
  const rules = new Map<string, Filter | undefined>();
  const ruleOf = (entity: string): Filter | undefined => {
    if (access === undefined) return undefined;
    if (!rules.has(entity)) rules.set(entity, access(entity));
    return rules.get(entity);
  };
  const values: unknown[] = [];
  return {
    catalog,
    limits,
    faults: new Faults(),
    values,
    trusted: false,
    nodes: 0,
    source(entity) {
      const rule = ruleOf(entity.name);
      const predicate = rule === undefined ? undefined : planRule(catalog, limits, values, entity, rule);
      const deleted = 'exclude';
      return predicate === undefined
        ? { entity: entity.name, deleted }
        : { entity: entity.name, access: predicate, deleted };
    },
  };
}

/**
 * A row rule. The rows that it asks about are not held to rules themselves: two rules that ask about each other would
 * never end, and a rule is its author's word.
 */
function planRule(
  catalog: EntityCatalog,
  limits: ReadLimits,
  values: unknown[],
  entity: EntitySchema,
  rule: Filter,
): Predicate | undefined {
  const planning: Planning = {
    catalog,
    limits,
    faults: new Faults(),
    values,
    trusted: true,
    nodes: 0,
    source: ({ name }) => ({ entity: name, deleted: 'exclude' }),
  };
  const predicate = planFilter(planning, entity, rule, 'access', 1);
  try {
    planning.faults.throwAny();
  } catch (error) {
    // The fault is the application's, not the caller's.
    throw new BackplaneError(
      'ROW_RULE_INVALID',
      { entity: entity.name, reason: messageOf(error) },
      { cause: error },
    );
  }
  return predicate;
}
