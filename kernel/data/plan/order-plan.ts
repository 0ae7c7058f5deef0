import type { EntitySchema } from '../entity/entity-schema.ts';
import type { OrderTerm } from './plan.ts';
import type { Planning } from './planning.ts';
import { readableField, readNames } from './selection-plan.ts';

/**
 * The order of rows. `id` stands at its end, so that no two rows are equal in it, and runs the way of the term before it,
 * so that one index can serve both.
 *
 * @param sort names of fields, `-` before them for descending order
 */
export function planOrder(
  planning: Planning,
  entity: EntitySchema,
  sort: unknown,
  path: string,
): readonly OrderTerm[] {
  if (sort === undefined) return [{ field: 'id', descending: false }];
  const terms: OrderTerm[] = [];
  for (const name of readNames(planning, entity, sort, path)) {
    const descending = name.startsWith('-');
    const field = readableField(planning, entity, descending ? name.slice(1) : name, path);
    if (field === undefined || terms.some((term) => term.field === field.name)) continue;
    if (entity.sort.has(field.name)) terms.push({ field: field.name, descending });
    else {
      const known = [...entity.sort].join(', ');
      planning.faults.invalid(
        entity.name,
        path,
        `Nobody may sort by "${field.name}". The definition of the entity allows ${known}.`,
      );
    }
    // Nothing that comes after the id can change the order.
    if (field.name === 'id') return terms;
  }
  return [...terms, { field: 'id', descending: terms.at(-1)?.descending ?? false }];
}
