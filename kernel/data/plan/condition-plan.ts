import { didYouMean } from '../../errors.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Field } from '../entity/field.ts';
import { longestPattern } from '../query/like-pattern.ts';
import { isRecord, kindOf } from '../value/shown.ts';
import { keepValues, knownValues } from './known-lists.ts';
import { allOf, type Comparison, type Predicate } from './plan.ts';
import { countNode, type Planning, place } from './planning.ts';
import { endOfPrefix } from './prefix.ts';
import { type Comparable, isMisfit, readValue } from './value.ts';

/** One operator on one field. */
interface Use {
  readonly planning: Planning;
  readonly entity: EntitySchema;
  readonly field: Field;
  readonly operator: string;
  readonly path: string;
}

type PlanOperator = (use: Use, value: unknown) => Predicate | undefined;

const operators: ReadonlyMap<string, PlanOperator> = new Map<string, PlanOperator>([
  ['eq', equals],
  ['ne', (use, value) => negation(equals(use, value))],
  ['gt', compares('gt')],
  ['gte', compares('gte')],
  ['lt', compares('lt')],
  ['lte', compares('lte')],
  ['in', isIn],
  ['nin', (use, value) => negation(isIn(use, value))],
  ['isNull', isNull],
  ['startsWith', startsWith],
  ['contains', contains],
]);

const ordered = ['gt', 'gte', 'lt', 'lte'];
const equality = ['eq', 'ne', 'in', 'nin', 'isNull'];

/** The operators that a field takes. */
export function operatorsOf(field: Field): readonly string[] {
  switch (field.type.kind) {
    case 'json':
    case 'vector':
      return ['isNull'];
    case 'boolean':
      return equality;
    case 'string':
    case 'text':
      return [...equality, ...ordered, 'startsWith', ...(field.contains ? ['contains'] : [])];
    default:
      return [...equality, ...ordered];
  }
}

/** Plans what is asked of one field: `{ gte: 1, lt: 5 }`. */
export function planCondition(
  planning: Planning,
  entity: EntitySchema,
  field: Field,
  condition: unknown,
  path: string,
): Predicate | undefined {
  if (!isRecord(condition)) {
    const reason = `A condition must name an operator, as { "${field.name}": { "eq": … } }; this is ${kindOf(condition)}.`;
    planning.faults.invalid(entity.name, path, reason);
    return undefined;
  }
  const predicates: Predicate[] = [];
  for (const operator of Object.keys(condition)) {
    const value = condition[operator];
    const at = `${path}.${operator}`;
    if (value === undefined) {
      // Who compares with what is not there does not ask for all rows.
      planning.faults.invalid(entity.name, at, 'The value is undefined.');
      continue;
    }
    countNode(planning, entity, at, 1);
    const plan = operators.get(operator);
    if (plan === undefined || !takes(planning, field, operator)) {
      planning.faults.invalid(entity.name, at, refusal(field, operator));
      continue;
    }
    const predicate = plan({ planning, entity, field, operator, path: at }, value);
    if (predicate !== undefined) predicates.push(predicate);
  }
  return allOf(predicates);
}

function takes(planning: Planning, field: Field, operator: string): boolean {
  return (
    operatorsOf(field).includes(operator) || (operator === 'contains' && planning.trusted && isText(field))
  );
}

function refusal(field: Field, operator: string): string {
  if (operator === 'contains' && isText(field)) {
    return `"${field.name}" does not take "contains". Its definition must say "contains: true", since no index can help with it.`;
  }
  const known = operatorsOf(field);
  const what = operators.has(operator) ? `does not take "${operator}"` : `knows no operator "${operator}"`;
  const suggestion = operators.has(operator) ? '' : nearest(operator, known);
  return `"${field.name}" ${what}.${suggestion} It takes ${known.join(', ')}.`;
}

/** What other systems call it is near no name of ours. */
const textual = ['like', 'ilike', 'matches', 'regex', 'includes', 'has'];

function nearest(operator: string, known: readonly string[]): string {
  if (!textual.includes(operator.toLowerCase())) return didYouMean(operator, known);
  const fitting = ['contains', 'startsWith'].find((one) => known.includes(one));
  return fitting === undefined ? '' : ` Did you mean "${fitting}"?`;
}

function isText({ type }: Field): boolean {
  return type.kind === 'string' || type.kind === 'text';
}

function negation(predicate: Predicate | undefined): Predicate | undefined {
  return predicate === undefined ? undefined : { kind: 'not', of: predicate };
}

/** A value that fits the field. */
function fittingValue(use: Use, value: unknown, forms: 'whole' | 'part' = 'whole'): Comparable | undefined {
  const read = readValue(use.field, value, forms);
  if (!isMisfit(read)) return read;
  use.planning.faults.invalid(use.entity.name, use.path, `The value ${read.misfit}`);
  return undefined;
}

function equals(use: Use, value: unknown): Predicate | undefined {
  const field = use.field.name;
  if (value === null) return { kind: 'null', field };
  const read = fittingValue(use, value);
  if (read === undefined) return undefined;
  return { kind: 'compare', field, operator: 'eq', value: place(use.planning, read) };
}

function compares(operator: Comparison): PlanOperator {
  return (use, value) => {
    const read = fittingValue(use, value, 'part');
    if (read === undefined) return undefined;
    return { kind: 'compare', field: use.field.name, operator, value: place(use.planning, read) };
  };
}

function isIn(use: Use, value: unknown): Predicate | undefined {
  const { planning, entity, field, operator, path } = use;
  const most = planning.limits.inValues;
  if (!Array.isArray(value)) {
    planning.faults.invalid(
      entity.name,
      path,
      `"${operator}" takes a list of values, and this is ${kindOf(value)}.`,
    );
    return undefined;
  }
  if (value.length > most && !planning.trusted) {
    planning.faults.invalid(entity.name, path, `"${operator}" takes ${most} values at most.`);
    return undefined;
  }
  const known = planning.trusted ? knownValues(field, value) : undefined;
  if (known !== undefined)
    return { kind: 'in', field: field.name, values: place(planning, known), orNull: false };
  const values: Comparable[] = [];
  let orNull = false;
  for (const [index, one] of value.entries()) {
    if (one === null) orNull = true;
    else {
      const read = fittingValue({ ...use, path: `${path}.${index}` }, one);
      if (read !== undefined) values.push(read);
    }
  }
  if (planning.trusted && values.length === value.length) keepValues(field, value, values);
  return { kind: 'in', field: field.name, values: place(planning, values), orNull };
}

function isNull(use: Use, value: unknown): Predicate | undefined {
  const predicate: Predicate = { kind: 'null', field: use.field.name };
  if (typeof value === 'boolean') return value ? predicate : { kind: 'not', of: predicate };
  use.planning.faults.invalid(use.entity.name, use.path, '"isNull" takes true or false.');
  return undefined;
}

/** A text that becomes a pattern. */
function fittingPart(use: Use, value: unknown): Comparable | undefined {
  const read = fittingValue(use, value, 'part');
  if (typeof read !== 'string' || read.length <= longestPattern) return read;
  use.planning.faults.invalid(use.entity.name, use.path, `Give ${longestPattern} characters at most.`);
  return undefined;
}

function startsWith(use: Use, value: unknown): Predicate | undefined {
  const read = fittingPart(use, value);
  if (typeof read !== 'string') return undefined;
  const end = endOfPrefix(read);
  const begin = { kind: 'prefix', field: use.field.name, value: place(use.planning, read) } as const;
  return end === undefined ? begin : { ...begin, end: place(use.planning, end) };
}

function contains(use: Use, value: unknown): Predicate | undefined {
  const read = fittingPart(use, value);
  if (read === undefined) return undefined;
  return { kind: 'contains', field: use.field.name, value: place(use.planning, read) };
}
