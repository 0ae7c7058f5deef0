import type { EntityModel } from '../model/entity-model.ts';
import { shown } from '../value/shown.ts';
import { queryInvalid } from './place.ts';
import type { Condition, Operator } from './state.ts';

const operators: ReadonlySet<unknown> = new Set<Operator>(['=', '!=', '<', '<=', '>', '>=']);

/** What `where` was called with, as conditions: `({ field: value })`, `(field, value)` or `(field, operator, value)`. */
export function conditionsOf(model: EntityModel, given: readonly unknown[]): readonly Condition[] {
  const [first, second, third] = given;
  if (typeof first === 'object' && first !== null) {
    return Object.entries(first).map(([field, value]) => comparison(model, field, '=', value));
  }
  if (typeof first !== 'string')
    throw queryInvalid(
      model,
      `"where" takes fields with their values, or a field and a value, not ${shown(first)}.`,
    );
  return [given.length < 3 ? comparison(model, first, '=', second) : comparison(model, first, second, third)];
}

function comparison(model: EntityModel, field: string, operator: unknown, value: unknown): Condition {
  model.codec(field);
  if (!isOperator(operator)) {
    const remedy = /like/i.test(String(operator))
      ? `Use .whereLike('${field}', …).`
      : `Use one of ${[...operators].join(' ')}.`;
    throw queryInvalid(model, `${shown(operator)} is no operator. ${remedy}`);
  }
  // A value that got lost on its way must not turn into a query for everything, or for rows without a value.
  if (value === undefined) throw queryInvalid(model, `"${field}" is compared with undefined.`);
  return value === null && operator === '='
    ? { kind: 'null', field }
    : { kind: 'compare', field, operator, value };
}

function isOperator(value: unknown): value is Operator {
  return operators.has(value);
}
