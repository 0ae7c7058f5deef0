import { sqlType } from '../../database/column-type.ts';
import type { Column, ForeignKey, TableIndex } from '../../table/table.ts';

export function has(
  things: readonly { readonly name: string }[],
  { name }: { readonly name: string },
): boolean {
  return things.some((one) => one.name === name);
}

/**
 * What is gone and what is new. Names do not matter, so that an index on a renamed column stays as it is, unless its old
 * name is wanted by another.
 */
export function pair<T extends { readonly name: string }>(
  old: readonly T[],
  wanted: readonly T[],
  same: (a: T, b: T) => boolean,
): { readonly gone: readonly T[]; readonly fresh: readonly T[] } {
  const gone = new Set(old);
  const fresh = wanted.filter((one) => {
    const kept =
      [...gone].find((other) => other.name === one.name && same(other, one)) ??
      [...gone].find((other) => same(other, one) && !has(wanted, other));
    if (kept) gone.delete(kept);
    return kept === undefined;
  });
  return { gone: [...gone], fresh };
}

export function sameColumn(a: Column, b: Column): boolean {
  return (
    sameType(a, b) &&
    a.nullable === b.nullable &&
    JSON.stringify(a.default ?? null) === JSON.stringify(b.default ?? null)
  );
}

/** Types that are the same wherever they are stored need no migration: an enum that became longer on SQLite does. */
function sameType(a: Column, b: Column): boolean {
  return (
    a.type.kind === b.type.kind &&
    (['sqlite', 'postgres', 'mysql'] as const).every(
      (dialect) => sqlType(a.type, dialect) === sqlType(b.type, dialect),
    )
  );
}

export function sameIndex(a: TableIndex, b: TableIndex): boolean {
  return a.unique === b.unique && a.unless === b.unless && a.columns.join() === b.columns.join();
}

export function sameKey(a: ForeignKey, b: ForeignKey): boolean {
  return a.column === b.column && a.table === b.table && a.onDelete === b.onDelete;
}
