import type { AnyEntity } from '../entity/types.ts';
import { nameOf, shown } from '../value/shown.ts';
import { Conditions, partsOf } from './conditions.ts';
import { queryInvalid } from './place.ts';
import type { Direction } from './state.ts';
import type { FieldName } from './types.ts';

/** Which of the rows that meet the conditions are wanted, and in which order. Immutable, as {@link Conditions}. */
export class Selected<Definition = AnyEntity> extends Conditions<Definition> {
  orderBy(field: FieldName<Definition>, direction: Direction = 'asc'): this {
    const { model, state } = partsOf(this);
    model.codec(field);
    // It becomes part of the statement's text, and not everybody's values are checked by TypeScript.
    if (direction !== 'asc' && direction !== 'desc') {
      throw queryInvalid(model, `"${nameOf(direction)}" is no direction; there are "asc" and "desc".`);
    }
    return this.derive({ orders: [...state.orders, { field, direction }] });
  }

  /** The newest first. @param field `createdAt` if left out, or the id where there is none: ids grow with time */
  latest(field?: FieldName<Definition>): this {
    return this.#byTime(field, 'desc');
  }

  /** The oldest first. */
  oldest(field?: FieldName<Definition>): this {
    return this.#byTime(field, 'asc');
  }

  limit(count: number): this {
    return this.derive({ limit: this.#whole('limit', count) });
  }

  /** Leaves out the first rows. Use `cursor` to go through many: a database reads what it leaves out. */
  offset(count: number): this {
    return this.derive({ offset: this.#whole('offset', count) });
  }

  /** Finds rows that are marked as deleted, too. */
  withDeleted(): this {
    return this.derive({ deleted: 'with' });
  }

  onlyDeleted(): this {
    const { model } = partsOf(this);
    if (!model.schema.softDelete) throw queryInvalid(model, 'its rows are not marked when they are deleted.');
    return this.derive({ deleted: 'only' });
  }

  #byTime(field: FieldName<Definition> | undefined, direction: Direction): this {
    const { model, state } = partsOf(this);
    const usual = model.schema.timestamps ? 'createdAt' : 'id';
    const order = { field: field ?? usual, direction, byId: true as const };
    model.codec(order.field);
    return this.derive({ orders: [...state.orders, order] });
  }

  #whole(name: string, count: number): number {
    if (Number.isSafeInteger(count) && count >= 0) return count;
    throw queryInvalid(partsOf(this).model, `"${name}" must be a whole number from 0, not ${shown(count)}.`);
  }
}
