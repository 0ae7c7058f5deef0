import type { Distance } from './request.ts';

/** A row as far as its distance needs it. */
export interface Located {
  readonly id: string;
  readonly vector: readonly number[];
}

/**
 * The ids of the rows that are nearest, nearest first; of equally near ones the lesser id. Compares every row.
 *
 * @param count ids at most
 */
export function nearest(
  rows: readonly Located[],
  vector: readonly number[],
  distance: Distance,
  count: number,
): readonly string[] {
  const between = distance === 'l2' ? squaredDistance : cosineDistance;
  return rows
    .map((row) => ({ id: row.id, away: between(row.vector, vector) }))
    .sort((one, other) => one.away - other.away || (one.id < other.id ? -1 : 1))
    .slice(0, count)
    .map(({ id }) => id);
}

/** Orders as the distance itself does. */
function squaredDistance(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** 1 less the cosine of the angle; a vector without length has none, and lies beyond all others. */
function cosineDistance(one: readonly number[], other: readonly number[]): number {
  let product = 0;
  let ownLength = 0;
  let otherLength = 0;
  for (let index = 0; index < one.length; index += 1) {
    const [a = 0, b = 0] = [one[index], other[index]];
    product += a * b;
    ownLength += a * a;
    otherLength += b * b;
  }
  const length = Math.sqrt(ownLength * otherLength);
  return length === 0 ? Number.MAX_VALUE : 1 - product / length;
}
