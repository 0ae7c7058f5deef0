import type { Row } from '../database/driver.ts';
import { writeCursor } from './cursor.ts';
import type { ReadRow } from './decode.ts';
import type { ListPlan } from './plan.ts';
import type { ListStatement } from './statements.ts';

/** A page of rows. */
export interface Page<T = ReadRow> {
  readonly rows: readonly T[];
  /** Cursor for the page behind this one; `undefined` if there is none. */
  readonly next: string | undefined;
  /** Cursor for the page before this one; `undefined` if there is none. */
  readonly previous: string | undefined;
  /** Rows on all pages, if it was asked for. */
  readonly count: number | undefined;
}

/**
 * Makes a page of what the database gave.
 *
 * @param rows one more than asked for if there are more; this changes them
 */
export function pageOf(
  { keyset, limit, near, offset }: ListPlan,
  { decoder, hash }: ListStatement,
  rows: Row[],
  count: number | undefined,
): Page {
  const hasMore = rows.length > limit;
  if (hasMore) rows.length = limit;
  const backwards = keyset?.side === 'before';
  if (backwards) rows.reverse();
  decoder.decode(rows);
  const cursorAt = (row: ReadRow | undefined, isMore: boolean): string | undefined =>
    row === undefined || !isMore || near !== undefined ? undefined : writeCursor(hash, decoder.keysOf(row));
  return {
    next: cursorAt(rows.at(-1), backwards || hasMore),
    previous: cursorAt(rows[0], backwards ? hasMore : keyset !== undefined || offset !== undefined),
    rows: decoder.withoutKeys(rows),
    count,
  };
}
