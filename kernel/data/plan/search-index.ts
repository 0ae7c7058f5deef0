import type { Dialect } from '../database/dialect.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import { syntaxOf } from './sql/dialects.ts';
import { searchColumn, searchDocument, searchName } from './sql/indexed-search.ts';
import { fieldNamed } from './sql/writing.ts';

/** What builds the index of an entity's full-text search, and what takes it away. */
export interface SearchIndex {
  readonly create: readonly string[];
  readonly drop: readonly string[];
}

/**
 * The index over the searched fields of an entity. The same words find the same rows by it in every dialect: words are
 * whole, in whatever case, and neither stemmed nor left out for being common.
 *
 * An index holds what is there when it is created, and follows from then on. On SQLite its triggers must be created anew
 * whenever the table is built anew. On MariaDB it does not see what the running transaction wrote.
 *
 * @returns `undefined` if nothing is searched, or the dialect's own index is not supported: searches then scan
 */
export function searchIndex(entity: EntitySchema, dialect: Dialect): SearchIndex | undefined {
  if (entity.search.length === 0) return undefined;
  switch (dialect) {
    case 'sqlite':
      return sqliteIndex(entity);
    case 'postgres': {
      const { quote } = syntaxOf(dialect);
      const name = quote(searchName(entity));
      const document = searchDocument(entity, '');
      return {
        create: [`create index ${name} on ${quote(entity.table)} using gin (${document})`],
        drop: [`drop index ${name}`],
      };
    }
    case 'mysql': {
      const { quote } = syntaxOf(dialect);
      const table = quote(entity.table);
      const column = quote(searchColumn);
      const columns = entity.search.map((name) => quote(fieldNamed(entity, name).column)).join(', ');
      // In lower case, since texts are compared by code point; without punctuation, which it takes for parts of words.
      const text = `lower(regexp_replace(concat_ws(' ', ${columns}), '[[:punct:]]+', ' '))`;
      return {
        create: [
          `alter table ${table} add column ${column} longtext character set utf8mb4 collate utf8mb4_bin generated always as (${text}) stored invisible`,
          `create fulltext index ${quote(searchName(entity))} on ${table} (${column})`,
        ],
        drop: [`alter table ${table} drop column ${column}`],
      };
    }
    case 'mssql':
      return undefined;
  }
}

/**
 * FTS5 without a copy of the texts. It knows rows by numbers, and those that SQLite gives to rows of itself may change with
 * VACUUM: hence a table that numbers the ids.
 */
function sqliteIndex(entity: EntitySchema): SearchIndex {
  const { quote } = syntaxOf('sqlite');
  const table = quote(entity.table);
  const name = searchName(entity);
  const index = quote(name);
  const keys = quote(`${name}_keys`);
  const columns = entity.search.map((field) => quote(fieldNamed(entity, field).column));
  const places = columns.map((_, place) => `c${place}`);
  const values = columns.map((column) => `new.${column}`);
  const keyOf = (row: 'new' | 'old'): string => `(select "key" from ${keys} where "id" = ${row}."id")`;
  const trigger = (event: string, when: string, work: readonly string[]): string =>
    `create trigger ${quote(`${name}_${event}`)} after ${when} on ${table} begin ${work.join('; ')}; end`;
  return {
    create: [
      `create table ${keys} ("key" integer primary key, "id" text not null unique)`,
      `create virtual table ${index} using fts5(${places.join(', ')}, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')`,
      `insert into ${keys} ("id") select "id" from ${table}`,
      `insert into ${index} (rowid, ${places.join(', ')}) select k."key", ${columns.map((column) => `t.${column}`).join(', ')} from ${table} t join ${keys} k on k."id" = t."id"`,
      trigger('insert', 'insert', [
        `insert into ${keys} ("id") values (new."id")`,
        `insert into ${index} (rowid, ${places.join(', ')}) values (${keyOf('new')}, ${values.join(', ')})`,
      ]),
      trigger('update', `update of ${columns.join(', ')}`, [
        `update ${index} set ${places.map((place, at) => `${place} = ${values[at]}`).join(', ')} where rowid = ${keyOf('new')}`,
      ]),
      trigger('delete', 'delete', [
        `delete from ${index} where rowid = ${keyOf('old')}`,
        `delete from ${keys} where "id" = old."id"`,
      ]),
    ],
    drop: [
      ...['insert', 'update', 'delete'].map((event) => `drop trigger ${quote(`${name}_${event}`)}`),
      `drop table ${index}`,
      `drop table ${keys}`,
    ],
  };
}
