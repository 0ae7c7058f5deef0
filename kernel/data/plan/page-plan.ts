import type { EntitySchema } from '../entity/entity-schema.ts';
import { isRecord, kindOf } from '../value/shown.ts';
import { type Planning, refuseUnknown } from './planning.ts';

/** A page as asked for. */
export interface Page {
  readonly size: number;
  readonly offset: number | undefined;
  readonly cursor: string | undefined;
  readonly side: 'after' | 'before';
}

const known = ['size', 'after', 'before', 'offset'];

export function readPage(planning: Planning, entity: EntitySchema, page: unknown): Page {
  const { limits, faults } = planning;
  const fault = (path: string, reason: string): void => faults.invalid(entity.name, path, reason);
  if (!isRecord(page)) {
    fault('page', `"page" must be an object, and is ${kindOf(page)}.`);
    return { size: limits.page, offset: undefined, cursor: undefined, side: 'after' };
  }
  refuseUnknown(planning, entity, page, known, 'page');
  const { after, before, offset } = page;
  const given = [after, before, offset].filter((one) => one !== undefined);
  if (given.length > 1) fault('page', 'Give one of "after", "before" and "offset".');
  const cursor = after ?? before;
  if (cursor !== undefined && typeof cursor !== 'string') fault('page', 'A cursor is a text.');
  return {
    size: readSize(planning, entity, page.size, 'page.size'),
    offset:
      offset === undefined ? undefined : readWhole(planning, entity, offset, 'page.offset', 0, limits.offset),
    cursor: typeof cursor === 'string' ? cursor : undefined,
    side: after === undefined && before !== undefined ? 'before' : 'after',
  };
}

/** How many rows are wanted at most. */
export function readSize(planning: Planning, entity: EntitySchema, value: unknown, path: string): number {
  const { page, pageMaximum } = planning.limits;
  return value === undefined ? page : readWhole(planning, entity, value, path, 1, pageMaximum);
}

function readWhole(
  planning: Planning,
  entity: EntitySchema,
  value: unknown,
  path: string,
  least: number,
  most: number,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  planning.faults.invalid(entity.name, path, `It must be a whole number from ${least} to ${most}.`);
  return least;
}
