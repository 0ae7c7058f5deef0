import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Field } from '../entity/field.ts';
import { type ListOptions, planWhere } from './list-plan.ts';
import type { AggregatePlan, Calculation } from './plan.ts';
import { type Planning, refuseUnknown, withDeleted } from './planning.ts';
import type { AggregateRequest } from './request.ts';
import { readableField, readNames } from './selection-plan.ts';

const functions = ['sum', 'avg', 'min', 'max'] as const;
const known = ['filter', 'search', 'groupBy', 'count', ...functions];

/**
 * Plans an aggregate.
 *
 * @throws QUERY_INVALID, QUERY_FORBIDDEN, or a FaultList with all faults
 */
export function planAggregate(
  planning: Planning,
  entity: EntitySchema,
  request: AggregateRequest,
  options: ListOptions,
): AggregatePlan {
  const { faults, limits } = planning;
  refuseUnknown(planning, entity, request, known, '');
  const where = planWhere(planning, entity, request, options.search);
  const fieldsOf = (names: unknown, path: string, fits: (field: Field) => boolean, why: string): string[] =>
    [...new Set(names === undefined ? [] : readNames(planning, entity, names, path))].filter((name) => {
      const field = readableField(planning, entity, name, path);
      if (field !== undefined && !fits(field)) faults.invalid(entity.name, path, `"${name}" ${why}`);
      return field !== undefined;
    });
  const groupBy = fieldsOf(request.groupBy, 'groupBy', isGrouped, 'cannot be grouped by.');
  const calculations = functions.flatMap((name) => {
    const isNumeric = name === 'sum' || name === 'avg';
    const why = isNumeric ? 'is no number.' : 'has no least and no greatest value.';
    const fields = fieldsOf(request[name], name, isNumeric ? isNumber : isOrdered, why);
    return fields.map((field): Calculation => ({ function: name, field }));
  });
  const count = request.count === true;
  const names = [request.groupBy, ...functions.map((name) => request[name])];
  if (!count && names.every((one) => one === undefined || one.length === 0)) {
    faults.invalid(
      entity.name,
      'count',
      'Ask for something: "count", "sum", "avg", "min", "max" or "groupBy".',
    );
  }
  faults.throwAny();
  return {
    source: withDeleted(planning.source(entity), options.deleted),
    ...(where === undefined ? {} : { where }),
    groupBy,
    count,
    calculations,
    limit: limits.groups,
  };
}

function isNumber({ type }: Field): boolean {
  return type.kind === 'integer' || type.kind === 'number';
}

function isOrdered(field: Field): boolean {
  return isGrouped(field) && field.type.kind !== 'boolean' && field.type.kind !== 'uuid';
}

function isGrouped({ type }: Field): boolean {
  return type.kind !== 'json' && type.kind !== 'vector';
}
