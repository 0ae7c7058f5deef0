import { BackplaneError } from '../../errors.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import type { Keyset, OrderTerm } from './plan.ts';
import { type Planning, place } from './planning.ts';
import { isMisfit, readValue } from './value.ts';

/** A cursor taken apart. */
export interface Cursor {
  /** Of the plan that it was made for. */
  readonly hash: string;
  readonly keyset: Keyset;
}

/**
 * A place in the order, for a client to come back to.
 *
 * @param hash of the plan, see {@link planHash}
 * @param keys the values that the row there is ordered by
 */
export function writeCursor(hash: string, keys: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([hash, ...keys])).toString('base64url');
}

/**
 * Whether it was made for this plan is known only when the plan is complete: see {@link Cursor.hash}.
 *
 * @throws CURSOR_INVALID
 */
export function readCursor(
  planning: Planning,
  entity: EntitySchema,
  order: readonly OrderTerm[],
  text: string,
  side: 'after' | 'before',
): Cursor {
  const [hash, ...given] = parse(text);
  if (typeof hash !== 'string' || given.length !== order.length) throw invalidCursor();
  const keys = order.map((term, index) => {
    const key = given[index];
    const field = entity.fields.get(term.field);
    if (field === undefined || (key === null && !field.nullable)) throw invalidCursor();
    if (key === null) return null;
    const value = readValue(field, key);
    if (isMisfit(value)) throw invalidCursor();
    return place(planning, value);
  });
  return { hash, keyset: { side, keys } };
}

export function invalidCursor(): BackplaneError {
  return new BackplaneError('CURSOR_INVALID', {
    reason: 'it belongs to a request with another filter or sort',
  });
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(value)) return value;
  } catch {
    // No JSON: said below.
  }
  throw invalidCursor();
}
