import type { EntityModel } from '../model/entity-model.ts';
import { type Place, queryInvalid } from './place.ts';
import type { Builder, Clause, Order } from './state.ts';

/** Adds the order of a query. A row without a value comes before all that have one, in every database. */
export function applyOrder(builder: Builder, place: Place, orders: readonly Order[]): void {
  for (const order of orders.some(({ byId }) => byId) ? totalOrder(orders) : orders) {
    const { sql, column } = orderTerm(place, order);
    builder.orderByRaw(sql, [column]);
  }
}

/** One term of an order, with one identifier to be put in for `??`. */
export function orderTerm(
  { model, alias }: Place,
  { field: name, direction }: Order,
): { readonly sql: string; readonly column: string } {
  const field = model.field(name);
  if (field.type.kind === 'json' || field.type.kind === 'vector') {
    throw queryInvalid(model, `"${name}" holds ${field.type.kind}, which has no order.`);
  }
  // PostgreSQL alone takes NULL for the greatest.
  const nulls =
    field.nullable && model.database.dialect === 'postgres'
      ? ` nulls ${direction === 'asc' ? 'first' : 'last'}`
      : '';
  return { sql: `?? ${direction}${nulls}`, column: `${alias}.${field.column}` };
}

/** The order with the id at its end, which leaves no two rows in the same place. */
export function totalOrder(orders: readonly Order[]): readonly Order[] {
  const end = orders.findIndex(({ field }) => field === 'id');
  if (end >= 0) return orders.slice(0, end + 1);
  return [...orders, { field: 'id', direction: orders.at(-1)?.direction ?? 'asc' }];
}

/**
 * The rows after a certain one, in a total order: those that are further by the first field, or equal by it and further by
 * the second, and so on.
 *
 * @param values of the fields of `orders`, one each
 */
export function afterRow(model: EntityModel, orders: readonly Order[], values: readonly unknown[]): Clause {
  const alternatives = orders.map((order, index): Clause => {
    const equal = orders.slice(0, index).map(({ field }, before) => equals(field, values[before]));
    return alternative([...equal, further(model, order, values[index])]);
  });
  return group(alternatives);
}

function group(clauses: readonly Clause[]): Clause {
  return { or: false, not: false, condition: { kind: 'group', clauses } };
}

function alternative(clauses: readonly Clause[]): Clause {
  return { ...group(clauses), or: true };
}

function equals(field: string, value: unknown): Clause {
  return {
    or: false,
    not: false,
    condition: value === null ? { kind: 'null', field } : { kind: 'compare', field, operator: '=', value },
  };
}

function further(model: EntityModel, { field, direction }: Order, value: unknown): Clause {
  const isNull: Clause = { or: false, not: false, condition: { kind: 'null', field } };
  if (value === null) {
    // Ascending, everything that has a value comes after NULL; descending, nothing does but what the id decides.
    return direction === 'asc' ? { ...isNull, not: true } : nothing(field);
  }
  const operator = direction === 'asc' ? '>' : '<';
  const beyond: Clause = { or: false, not: false, condition: { kind: 'compare', field, operator, value } };
  if (direction === 'asc' || !model.field(field).nullable) return beyond;
  return group([beyond, { ...isNull, or: true }]);
}

function nothing(field: string): Clause {
  return { or: false, not: false, condition: { kind: 'in', field, values: [] } };
}
