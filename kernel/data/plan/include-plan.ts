import { didYouMean } from '../../errors.ts';
import type { EntitySchema, ResolvedRelation } from '../entity/entity-schema.ts';
import { isRecord, kindOf } from '../value/shown.ts';
import { elsewhere, planFilter } from './filter-plan.ts';
import { planOrder } from './order-plan.ts';
import { readSize } from './page-plan.ts';
import type { IncludePlan } from './plan.ts';
import { type Planning, refuseUnknown } from './planning.ts';
import { planFields } from './selection-plan.ts';

const known = ['filter', 'include', 'fields', 'sort', 'limit'];

/**
 * Plans the relations that are read along.
 *
 * @param include as it came: of any shape
 * @param rows of the entity that there may be
 * @param depth of these relations: 1 for those of the entity that is asked for
 */
export function planIncludes(
  planning: Planning,
  entity: EntitySchema,
  include: unknown,
  path: string,
  rows: number,
  depth: number,
): readonly IncludePlan[] {
  if (include === undefined) return [];
  const { faults, limits } = planning;
  if (!isRecord(include)) {
    const reason = `"include" must be an object of relations, and is ${kindOf(include)}.`;
    faults.invalid(entity.name, path, reason);
    return [];
  }
  const plans: IncludePlan[] = [];
  for (const name of Object.keys(include)) {
    const request = include[name];
    if (request === undefined) continue;
    const at = `${path}.${name}`;
    const relation = entity.relations.get(name);
    if (relation === undefined) refuse(planning, entity, name, at);
    else if (depth > limits.includeDepth) {
      faults.invalid(entity.name, at, `Relations may be included ${limits.includeDepth} deep at most.`);
    } else if (!isRecord(request)) {
      faults.invalid(entity.name, at, `It must be an object, {} for all that may be read.`);
    } else if (!elsewhere(planning, entity, relation, at)) {
      plans.push(planInclude(planning, relation, request, at, rows, depth));
    }
  }
  return plans;
}

function planInclude(
  planning: Planning,
  relation: ResolvedRelation,
  request: Readonly<Record<string, unknown>>,
  path: string,
  rows: number,
  depth: number,
): IncludePlan {
  const target = planning.catalog.get(relation.target);
  refuseUnknown(planning, target, request, known, path);
  const isMany = relation.kind === 'hasMany' || relation.kind === 'manyToMany';
  const limit = isMany ? readSize(planning, target, request.limit, `${path}.limit`) : 1;
  const total = rows * limit;
  const where =
    request.filter === undefined
      ? undefined
      : planFilter(planning, target, request.filter, `${path}.filter`, 1);
  const fields = planFields(planning, target, request.fields, `${path}.fields`);
  const order = planOrder(planning, target, request.sort, `${path}.sort`);
  if (total > planning.limits.includedRows) {
    const reason = `This may be ${total} rows, and ${planning.limits.includedRows} are allowed. Give smaller limits.`;
    planning.faults.invalid(target.name, path, reason);
  }
  return {
    relation: relation.name,
    source: planning.source(target),
    ...(fields === undefined ? {} : { fields }),
    includes: planIncludes(planning, target, request.include, `${path}.include`, total, depth + 1),
    ...(where === undefined ? {} : { where }),
    order,
    limit,
  };
}

/** The id of a relation's target is a field, which is what is often meant. */
function refuse(planning: Planning, entity: EntitySchema, name: string, path: string): void {
  const field = entity.fields.get(name);
  if (field && !field.readable) planning.faults.forbidden(entity.name, path, name);
  else if (field)
    planning.faults.invalid(entity.name, path, `"${name}" is a field. Name it in "fields" instead.`);
  else {
    const suggestion = didYouMean(name, entity.relations.keys());
    planning.faults.invalid(entity.name, path, `There is no relation "${name}".${suggestion}`);
  }
}
