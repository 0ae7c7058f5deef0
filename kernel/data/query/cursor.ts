import { BackplaneError } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import { kindFault } from '../value/column-value.ts';
import type { Order } from './state.ts';

/** The place of a row in an order, as text that a caller gives back. */
export function cursorOf(orders: readonly Order[], row: EntityRow): string {
  const values = orders.map(({ field }) => row[field]);
  return Buffer.from(JSON.stringify([signature(orders), values])).toString('base64url');
}

/**
 * The values that a cursor holds, one for each field of the order.
 * @throws CURSOR_INVALID
 */
export function valuesOfCursor(
  model: EntityModel,
  orders: readonly Order[],
  cursor: string,
): readonly unknown[] {
  const fail = (reason: string): never => {
    throw new BackplaneError('CURSOR_INVALID', { reason });
  };
  const parsed = parse(cursor);
  if (!Array.isArray(parsed) || !Array.isArray(parsed[1])) return fail('it is damaged');
  const values: readonly unknown[] = parsed[1];
  if (parsed[0] !== signature(orders)) return fail('it was made by a query with another order');
  const fits = orders.every(({ field: name }, index) => {
    const field = model.field(name);
    return values[index] === null ? field.nullable : kindFault(field.type, values[index]) === undefined;
  });
  return fits && values.length === orders.length ? values : fail('it is damaged');
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function signature(orders: readonly Order[]): string {
  return orders.map(({ field, direction }) => (direction === 'asc' ? field : `-${field}`)).join();
}
