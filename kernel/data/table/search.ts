import type { SearchedColumn, Table } from './table.ts';

/** Column of MariaDB that holds the searched texts of a table. */
export const searchColumn = 'search_text';

/** Name of a table's search index: of a table on SQLite. */
export function searchName(table: string): string {
  return `${table}_search`;
}

/** The columns that the search index of a table is built from; none if it has no such index. */
export function searchedColumns({ search = [] }: Pick<Table, 'search'>): readonly string[] {
  return inSearchOrder(search.map(({ name }) => name));
}

/** What an extension wants searched of a table. */
export function ownSearch({ search = [] }: Pick<Table, 'search'>, owner: string): readonly SearchedColumn[] {
  return search.filter((one) => one.owner === owner);
}

/** The same whoever added which column first: PostgreSQL uses an index only for the very expression that it holds. */
export function inSearchOrder(columns: readonly string[]): readonly string[] {
  return [...new Set(columns)].sort();
}

/**
 * The words of a row on PostgreSQL, as its index holds them: punctuation would make it see hosts, paths and numbers where
 * words are meant. It can hold no more than 1 MB of them.
 *
 * @param columns quoted, in the order of {@link inSearchOrder}
 */
export function searchDocument(columns: readonly string[]): string {
  const texts = columns.map((column) => `coalesce(${column}, '')`);
  return `to_tsvector('simple', regexp_replace(left(${texts.join(" || ' ' || ")}, 200000), '[[:punct:]]+', ' ', 'g'))`;
}
