import { didYouMean } from '../../errors.ts';
import type { EntitySchema, ResolvedRelation } from '../entity/entity-schema.ts';
import { byRow } from '../entity/filter.ts';
import { isRecord, kindOf } from '../value/shown.ts';
import { planCondition } from './condition-plan.ts';
import { allOf, always, never, type Predicate } from './plan.ts';
import { countNode, type Planning } from './planning.ts';

/**
 * Plans a filter. Faults go to the planning's list, and what is faulty is left out of the plan, which is then not used.
 *
 * @param filter as it came: of any shape
 * @param path of it in the request, for faults
 * @param depth how many filters it lies in, itself included
 * @returns `undefined` if every row satisfies it
 */
export function planFilter(
  planning: Planning,
  entity: EntitySchema,
  filter: unknown,
  path: string,
  depth: number,
): Predicate | undefined {
  if (!isRecord(filter)) {
    planning.faults.invalid(entity.name, path, `A filter must be an object, and this is ${kindOf(filter)}.`);
    return undefined;
  }
  if (depth > planning.limits.filterDepth && !planning.trusted) {
    planning.faults.invalid(
      entity.name,
      path,
      `Filters may be nested ${planning.limits.filterDepth} deep at most.`,
    );
    return undefined;
  }
  const predicates: Predicate[] = [];
  for (const name of Object.keys(filter)) {
    const value = filter[name];
    if (value === undefined) {
      // Left out of a rule, it would let everybody through.
      if (planning.trusted) planning.faults.invalid(entity.name, `${path}.${name}`, 'It is undefined.');
      continue;
    }
    const predicate = planMember(planning, entity, name, value, `${path}.${name}`, depth);
    if (predicate === undefined) continue;
    const marked = byRow in filter && (predicate.kind === 'related' || predicate.kind === 'in');
    predicates.push(marked ? { ...predicate, byRow: true } : predicate);
  }
  return allOf(predicates);
}

function planMember(
  planning: Planning,
  entity: EntitySchema,
  name: string,
  value: unknown,
  path: string,
  depth: number,
): Predicate | undefined {
  if (name === 'and' || name === 'or') return planList(planning, entity, name, value, path, depth);
  if (name === 'not') {
    const inner = planFilter(planning, entity, value, path, depth + 1);
    return inner === undefined ? never : { kind: 'not', of: inner };
  }
  const field = entity.fields.get(name);
  if (field !== undefined) {
    if (field.readable || planning.trusted) return planCondition(planning, entity, field, value, path);
    planning.faults.forbidden(entity.name, path, name);
    return undefined;
  }
  const relation = entity.relations.get(name);
  if (relation !== undefined) return planRelated(planning, entity, relation, value, path, depth);
  const suggestion = didYouMean(name, [...namesOf(entity), 'and', 'or', 'not']);
  planning.faults.invalid(entity.name, path, `There is no field or relation "${name}".${suggestion}`);
  return undefined;
}

function planList(
  planning: Planning,
  entity: EntitySchema,
  name: 'and' | 'or',
  value: unknown,
  path: string,
  depth: number,
): Predicate | undefined {
  if (!Array.isArray(value)) {
    planning.faults.invalid(
      entity.name,
      path,
      `"${name}" takes a list of filters, and this is ${kindOf(value)}.`,
    );
    return undefined;
  }
  countNode(planning, entity, path, value.length);
  const parts = value
    .slice(0, planning.trusted ? undefined : planning.limits.filterNodes)
    .map((one, index) => planFilter(planning, entity, one, `${path}.${index}`, depth + 1) ?? always);
  return { kind: name === 'and' ? 'all' : 'any', of: parts };
}

/** To one: a filter. To many: `some`, `none` and `every`, each with a filter. */
function planRelated(
  planning: Planning,
  entity: EntitySchema,
  relation: ResolvedRelation,
  value: unknown,
  path: string,
  depth: number,
): Predicate | undefined {
  const related = (quantifier: 'some' | 'every', filter: unknown, at: string): Predicate => {
    countNode(planning, entity, at, 1);
    const target = planning.catalog.get(relation.target);
    const where = planFilter(planning, target, filter, at, depth + 1);
    const source = planning.source(target);
    const common = { kind: 'related', relation: relation.name, quantifier, source } as const;
    return where === undefined ? common : { ...common, where };
  };
  if (elsewhere(planning, entity, relation, path)) return undefined;
  if (relation.kind === 'belongsTo' || relation.kind === 'hasOne') return related('some', value, path);
  if (!isRecord(value)) {
    const reason = `A relation to many takes "some", "none" or "every", and this is ${kindOf(value)}.`;
    planning.faults.invalid(entity.name, path, reason);
    return undefined;
  }
  const predicates: Predicate[] = [];
  for (const name of Object.keys(value)) {
    const inner = value[name];
    if (inner === undefined) continue;
    const at = `${path}.${name}`;
    if (name === 'some' || name === 'every') predicates.push(related(name, inner, at));
    else if (name === 'none') predicates.push({ kind: 'not', of: related('some', inner, at) });
    else {
      const reason = `"${relation.name}" leads to many rows: ask for "some", "none" or "every" of them.`;
      planning.faults.invalid(entity.name, at, `${reason}${didYouMean(name, ['some', 'none', 'every'])}`);
    }
  }
  return allOf(predicates);
}

/** One statement reads one database. */
export function elsewhere(
  planning: Planning,
  entity: EntitySchema,
  relation: ResolvedRelation,
  path: string,
): boolean {
  const { database } = planning.catalog.get(relation.target).options;
  if (database === entity.options.database) return false;
  const reason = `"${relation.target}" lies in another database, so that one query cannot read both. Read it by its ids.`;
  planning.faults.invalid(entity.name, path, reason);
  return true;
}

/** What callers may name. */
export function namesOf({ fields, relations }: EntitySchema): readonly string[] {
  return [
    ...[...fields.values()].filter(({ readable }) => readable).map(({ name }) => name),
    ...relations.keys(),
  ];
}
