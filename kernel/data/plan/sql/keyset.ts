import type { EntitySchema } from '../../entity/entity-schema.ts';
import type { Keyset, OrderTerm, Slot } from '../plan.ts';
import { fieldNamed, type Writing } from './writing.ts';

/** A term of the order with the value at the place that rows are wanted on one side of. */
interface Key {
  readonly column: string;
  readonly nullable: boolean;
  /** Are greater values on the wanted side? */
  readonly ascending: boolean;
  /** A parameter; `undefined` where the value is NULL. */
  readonly value: () => string | undefined;
}

/**
 * The rows on one side of a place in the order. NULL is less than any value, so that it comes first in ascending order.
 *
 * Terms that all run one way and cannot be NULL are compared as a row, `(a, id) > (?, ?)`. Otherwise each term is: the
 * first one beyond the place, or equal with the rest beyond. What the first term demands in any case stands in front of
 * that, where an index can serve it.
 */
export function keysetSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  order: readonly OrderTerm[],
  keyset: Keyset,
): string {
  const keys = order.map((term, index) => keyOf(writing, entity, alias, term, keyset, keyset.keys[index]));
  const [first] = keys;
  const uniform = keys.every((key) => key.ascending === first?.ascending && !key.nullable);
  if (first !== undefined && uniform && writing.syntax.rowValues) {
    const columns = keys.map(({ column }) => column).join(', ');
    const values = keys.map(({ value }) => value()).join(', ');
    return `(${columns}) ${first.ascending ? '>' : '<'} (${values})`;
  }
  const beyond = beyondSql(keys) ?? '1 = 0';
  if (first === undefined || keyset.within === undefined) return beyond;
  return `${withinSql(first)} and ${beyond}`;
}

function keyOf(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  { field: name, descending }: OrderTerm,
  { side }: Keyset,
  slot: Slot | null | undefined,
): Key {
  const field = fieldNamed(entity, name);
  return {
    column: writing.column(alias, field.column),
    nullable: field.nullable,
    ascending: descending === (side === 'before'),
    value: () =>
      slot === null || slot === undefined
        ? undefined
        : writing.syntax.indifferent(writing.value(field, slot)),
  };
}

/**
 * Are the rows on the wanted side both such whose first key is NULL and others? Databases read either by an index, but
 * both together row by row from the start of the order.
 */
export function isSplit(entity: EntitySchema, [term]: readonly OrderTerm[], { side, keys }: Keyset): boolean {
  if (term === undefined || !fieldNamed(entity, term.field).nullable) return false;
  const ascending = term.descending === (side === 'before');
  return ascending === (keys[0] === null);
}

function withinSql({ column, value }: Key): string {
  const given = value();
  return given === undefined ? `${column} is null` : `${column} <= ${given}`;
}

/** @returns `undefined` if there can be none */
function beyondSql(keys: readonly Key[]): string | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return undefined;
  const beyond = strictlyBeyond(key);
  const further = beyondSql(rest);
  if (further === undefined) return beyond;
  const value = key.value();
  const equal = value === undefined ? `${key.column} is null` : `${key.column} = ${value}`;
  if (beyond === undefined) return `${equal} and ${further}`;
  const within = atOrBeyond(key);
  const either = `(${beyond} or (${equal} and ${further}))`;
  return within === undefined ? either : `${within} and ${either}`;
}

function strictlyBeyond({ column, nullable, ascending, value }: Key): string | undefined {
  const given = value();
  if (given === undefined) return ascending ? `${column} is not null` : undefined;
  if (ascending) return `${column} > ${given}`;
  return nullable ? `(${column} < ${given} or ${column} is null)` : `${column} < ${given}`;
}

/** `undefined` where it says nothing, or nothing that an index could use. */
function atOrBeyond({ column, nullable, ascending, value }: Key): string | undefined {
  const given = value();
  if (given === undefined) return undefined;
  if (ascending) return `${column} >= ${given}`;
  return nullable ? undefined : `${column} <= ${given}`;
}
