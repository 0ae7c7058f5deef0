import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Field } from '../../data/entity/field.ts';
import type { Filter } from '../../data/entity/filter.ts';

type Row = Readonly<Record<string, unknown>>;

/** Does a value meet one operator of a condition? `undefined`: that cannot be told. */
export type Meets = (field: Field, operator: string, operand: unknown, value: unknown) => boolean | undefined;

/**
 * Does a row that is known whole satisfy a filter? Rules mostly ask what a row just written tells by itself: whose it is,
 * which state it is in.
 *
 * @returns `undefined` where it takes the database to tell: of relations, of orders, of texts, which compare as it says
 */
export function holds({ fields }: EntitySchema, filter: Filter, row: Row): boolean | undefined {
  return evaluate(fields, filter, row, meets);
}

/** Evaluates a filter over a row, with a third answer for what is not known. */
export function evaluate(
  fields: ReadonlyMap<string, Field>,
  filter: Filter,
  row: Row,
  meets: Meets,
): boolean | undefined {
  const member = (name: string, value: unknown): boolean | undefined => {
    const among = (quantifier: 'every' | 'some'): boolean | undefined =>
      Array.isArray(value) ? join(value.map(whole), quantifier) : undefined;
    if (name === 'and') return among('every');
    if (name === 'or') return among('some');
    if (name === 'not') return opposite(whole(value));
    const field = fields.get(name);
    if (field === undefined || !isRecord(value)) return undefined;
    return join(
      Object.entries(value).map(([operator, operand]) => meets(field, operator, operand, row[name])),
      'every',
    );
  };
  const whole = (part: unknown): boolean | undefined =>
    isRecord(part)
      ? join(
          Object.entries(part).map(([name, value]) => member(name, value)),
          'every',
        )
      : undefined;
  return whole(filter);
}

function meets(field: Field, operator: string, operand: unknown, value: unknown): boolean | undefined {
  if (!isTold(field) || value === undefined) return undefined;
  if (operator === 'isNull') return typeof operand === 'boolean' ? (value === null) === operand : undefined;
  if (operator === 'eq') return isEqual(operand, value);
  if (operator === 'ne') return opposite(isEqual(operand, value));
  // What is not found as it stands may be there in capitals.
  return operator === 'in' && Array.isArray(operand) ? operand.includes(value) || undefined : undefined;
}

/** Values that are the same to every database where they are the same here. */
function isTold({ type, schema }: Field): boolean {
  return type.kind === 'uuid' || type.kind === 'integer' || type.kind === 'boolean' || 'enum' in schema;
}

function isEqual(operand: unknown, value: unknown): boolean | undefined {
  if (operand === value) return true;
  if (operand === null || value === null) return false;
  return typeof operand === typeof value && typeof operand !== 'string' ? false : undefined;
}

/** Three-valued: what is not known matters only where the rest does not decide. */
function join(parts: readonly (boolean | undefined)[], quantifier: 'every' | 'some'): boolean | undefined {
  const decisive = quantifier === 'some';
  if (parts.includes(decisive)) return decisive;
  return parts.includes(undefined) ? undefined : !decisive;
}

function opposite(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
