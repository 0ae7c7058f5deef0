import { searchColumn, searchDocument, searchedColumns, searchName } from '../../table/search.ts';
import type { Table } from '../../table/table.ts';
import type { Step } from '../step/step.ts';
import { createSqliteSearch, dropSqliteSearch } from './sqlite-search.ts';
import type { Statement } from './statement.ts';
import type { Target } from './target.ts';

/** What a step has to do to a search index before and after its own work. */
export interface SearchChange {
  readonly before: readonly Statement[];
  readonly after: readonly Statement[];
}

/**
 * A step that touches searched columns, or the name of their table, takes the index away and makes it anew: each dialect
 * would carry over another part of it, and none all.
 */
export function searchChange(step: Step, from: Table, to: Table, target: Target): SearchChange {
  const old = searchedColumns(from);
  const altersText = step.kind === 'alterColumn' && old.includes(step.column.name);
  if (from.name === to.name && old.join() === searchedColumns(to).join() && !altersText)
    return { before: [], after: [] };
  return { before: dropSearchIndex(from, target), after: createSearchIndex(to, target) };
}

/**
 * Builds the index over the searched columns of a table, if there are any. The same words find the same rows by it in every
 * dialect: words are whole, in whatever case, and neither stemmed nor left out for being common.
 *
 * It holds what is there when it is created, and follows from then on. On MariaDB it does not see what the running
 * transaction wrote. SQL Server's own is not supported: searches scan there.
 */
export function createSearchIndex(table: Table, target: Target): readonly Statement[] {
  const columns = searchedColumns(table);
  if (columns.length === 0) return [];
  const { knex, dialect } = target;
  const name = searchName(table.name);
  const index = { kind: 'index', table: table.name, name, present: true } as const;
  const quoted = columns.map((column) => knex.ref(column).toString());
  switch (dialect) {
    case 'sqlite':
      return createSqliteSearch(table.name, columns, target);
    case 'postgres':
      return [
        {
          sql: `create index ${knex.ref(name)} on ${knex.ref(table.name)} using gin (${searchDocument(quoted)})`,
          effect: index,
        },
      ];
    case 'mysql': {
      // In lower case, since texts are compared by code point; without punctuation, which it takes for parts of words.
      const text = `lower(regexp_replace(concat_ws(' ', ${quoted.join(', ')}), '[[:punct:]]+', ' '))`;
      const type = 'longtext character set utf8mb4 collate utf8mb4_bin';
      return [
        {
          sql: `alter table ${knex.ref(table.name)} add column ${knex.ref(searchColumn)} ${type} generated always as (${text}) stored invisible`,
          effect: { kind: 'column', table: table.name, name: searchColumn, present: true },
        },
        {
          sql: `create fulltext index ${knex.ref(name)} on ${knex.ref(table.name)} (${knex.ref(searchColumn)})`,
          effect: index,
        },
      ];
    }
    case 'mssql':
      return [];
  }
}

/** Takes the index of {@link createSearchIndex} away. */
export function dropSearchIndex(table: Table, target: Target): readonly Statement[] {
  if (searchedColumns(table).length === 0) return [];
  const { knex, dialect } = target;
  const name = searchName(table.name);
  switch (dialect) {
    case 'sqlite':
      return dropSqliteSearch(table.name, target);
    case 'postgres':
      return [
        {
          sql: `drop index ${knex.ref(name)}`,
          effect: { kind: 'index', table: table.name, name, present: false },
        },
      ];
    case 'mysql':
      // The index goes with its only column.
      return [
        {
          sql: `alter table ${knex.ref(table.name)} drop column ${knex.ref(searchColumn)}`,
          effect: { kind: 'column', table: table.name, name: searchColumn, present: false },
        },
      ];
    case 'mssql':
      return [];
  }
}
