import type { Convert } from '../database/column-codec.ts';
import type { Row } from '../database/driver.ts';
import { type Located, nearest } from './nearest.ts';
import type { ListPlan, NearPlan } from './plan.ts';

/** A list of the rows with certain ids, in the order of these. */
export interface ListByIds {
  readonly plan: ListPlan;
  readonly values: readonly unknown[];
  readonly ids: readonly string[];
}

/**
 * The plan that reads the nearest rows by their ids, for databases that cannot compare vectors. It goes on applying the
 * row rule.
 *
 * @param rows ids and vectors of all rows to choose from
 * @param decode of the vectors
 */
export function planNearest(
  plan: ListPlan,
  near: NearPlan,
  values: readonly unknown[],
  rows: readonly Row[],
  decode: Convert | undefined,
): ListByIds {
  const located = rows.map(
    ({ id, vector }): Located => ({ id: String(id), vector: numbers(decode ? decode(vector) : vector) }),
  );
  const skipped = plan.offset === undefined ? 0 : Number(values[plan.offset]);
  const count = skipped + plan.limit + 1;
  const ids = nearest(located, numbers(values[near.vector]), near.distance, count).slice(skipped);
  const { near: _near, offset: _offset, ...rest } = plan;
  const where = { kind: 'in', field: 'id', values: values.length, orNull: false } as const;
  return { plan: { ...rest, where }, values: [...values, ids], ids };
}

/** The rows in the order of their ids. */
export function inOrderOf(ids: readonly string[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
}

function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
