import { createTable } from '../../table/build.ts';
import { searchedColumns } from '../../table/search.ts';
import type { Table } from '../../table/table.ts';
import { defaultOf } from './alter-column.ts';
import { createIndex } from './index-statements.ts';
import type { SearchChange } from './search-statements.ts';
import { createSearchTriggers } from './sqlite-search.ts';
import type { Statement } from './statement.ts';
import type { Target } from './target.ts';

/** Name of a table while it is made anew. */
export function temporaryName(table: string): string {
  return `backplane_new_${table}`;
}

/**
 * Makes a table of SQLite anew, as https://sqlite.org/lang_altertable.html#otheralter says. Foreign keys must be off, or
 * dropping the old one deletes the rows that belong to its rows. What others say of the table goes on meaning the new one.
 *
 * @param search what else is to be done to its search index: one that is left as it is loses only its triggers
 */
export function rebuildStatements(
  from: Table,
  to: Table,
  search: SearchChange,
  target: Target,
): readonly Statement[] {
  const { knex, dialect } = target;
  const made = temporaryName(to.name);
  const create = createTable(knex, dialect, { ...to, name: made, indexes: [] }, true);
  const shared = to.columns.filter(({ name }) => from.columns.some((one) => one.name === name));
  const into = shared.map(({ name }) => knex.ref(name)).join(', ');
  const values = shared
    .map((column) => {
      const value = column.nullable ? undefined : defaultOf(column, target);
      return value === undefined
        ? `${knex.ref(column.name)}`
        : `coalesce(${knex.ref(column.name)}, ${value})`;
    })
    .join(', ');
  const searched = searchedColumns(from);
  const isKept = searched.length > 0 && search.before.length === 0;
  return [
    ...search.before,
    ...create.map((sql) => ({ sql })),
    { sql: `insert into ${knex.ref(made)} (${into}) select ${values} from ${knex.ref(from.name)}` },
    { sql: `drop table ${knex.ref(from.name)}` },
    { sql: `alter table ${knex.ref(made)} rename to ${knex.ref(to.name)}` },
    ...to.indexes.flatMap((index) => createIndex(to.name, index, target)),
    ...(isKept ? createSearchTriggers(to.name, searched, target) : search.after),
  ];
}
