import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Field } from '../../data/entity/field.ts';
import type { Filter } from '../../data/entity/filter.ts';
import { readMoment } from '../../data/value/moment.ts';
import { evaluate } from '../access/holds.ts';

type Row = Readonly<Record<string, unknown>>;
type Key = string | number | boolean;

const orders = new Set(['gt', 'gte', 'lt', 'lte']);

/**
 * Does a row that a provider gave satisfy a rule? Texts compare exactly, as they stand. What cannot be told (a field that
 * is not known, a value of another kind) counts as no: a rule lets nobody in by mistake.
 */
export function satisfies({ fields }: EntitySchema, filter: Filter | undefined, row: Row): boolean {
  return filter === undefined || evaluate(fields, filter, row, meets) === true;
}

function meets(field: Field, operator: string, operand: unknown, value: unknown): boolean | undefined {
  const { kind } = field.type;
  if (value === undefined) return undefined;
  if (operator === 'isNull') return typeof operand === 'boolean' ? (value === null) === operand : undefined;
  if (kind === 'json' || kind === 'vector') return undefined;
  const own = value === null ? null : keyOf(field, value);
  if (own === undefined) return undefined;
  switch (operator) {
    case 'eq':
    case 'ne': {
      const other = operand === null ? null : keyOf(field, operand);
      return other === undefined ? undefined : (own === other) === (operator === 'eq');
    }
    case 'in':
    case 'nin': {
      if (!Array.isArray(operand)) return undefined;
      const others = operand.map((one: unknown) => (one === null ? null : keyOf(field, one)));
      return others.includes(undefined) ? undefined : others.includes(own) === (operator === 'in');
    }
    case 'startsWith':
    case 'contains': {
      if (typeof operand !== 'string' || (own !== null && typeof own !== 'string')) return undefined;
      if (own === null) return false;
      return operator === 'contains' ? own.includes(operand) : own.startsWith(operand);
    }
    default:
      return compare(operator, own, keyOf(field, operand));
  }
}

function compare(operator: string, own: Key | null, other: Key | undefined): boolean | undefined {
  if (!orders.has(operator) || other === undefined || typeof other === 'boolean') return undefined;
  // NULL is neither less nor greater than anything.
  if (own === null) return false;
  if (typeof own !== typeof other) return undefined;
  if (operator === 'gt') return own > other;
  if (operator === 'gte') return own >= other;
  if (operator === 'lt') return own < other;
  return own <= other;
}

/** What values are compared by; `undefined` for one that is none of the field's. */
function keyOf({ type: { kind } }: Field, value: unknown): Key | undefined {
  if (kind === 'integer' || kind === 'number') return typeof value === 'number' ? value : undefined;
  if (kind === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (kind === 'uuid') return value.toLowerCase();
  return kind === 'timestamp' ? readMoment(value) : value;
}
