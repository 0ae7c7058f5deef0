import type { Knex } from 'knex';
import { codecOf } from '../database/column-codec.ts';
import { sqlType } from '../database/column-type.ts';
import type { Dialect } from '../database/dialect.ts';
import type { Column, ForeignKey, Table, TableIndex } from './table.ts';

/**
 * The statements that build a table, with its indexes. Without its foreign keys to tables that come later: see
 * {@link foreignKeyStatement}.
 *
 * @param withKeys may its foreign keys be part of it? SQLite can add none later
 */
export function createTable(
  knex: Knex,
  dialect: Dialect,
  table: Table,
  withKeys: boolean,
): readonly string[] {
  const builder = knex.schema.createTable(table.name, (made) => {
    if (dialect === 'mysql') {
      made.engine('InnoDB');
      made.charset('utf8mb4');
    }
    for (const column of table.columns) addTo(made, column, knex, dialect);
    made.primary([...table.primaryKey]);
    if (withKeys) for (const key of table.foreignKeys) addKey(made, key);
  });
  return [
    ...statementsOf(builder),
    ...table.indexes.flatMap((index) => createIndex(knex, dialect, table.name, index)),
  ];
}

/** Adds a column to the builder of a table. */
export function addTo(table: Knex.CreateTableBuilder, column: Column, knex: Knex, dialect: Dialect): void {
  const made = table.specificType(column.name, sqlType(column.type, dialect));
  if (column.nullable) made.nullable();
  else made.notNullable();
  if (column.default === undefined) return;
  const encode = codecOf(column.type, dialect).encode;
  const value = encode ? encode(column.default) : column.default;
  // Literals: a default is part of the table's text, where no parameter can stand.
  made.defaultTo(knex.raw(literal(value, dialect)));
}

export function addKey(
  table: Knex.CreateTableBuilder,
  { column, table: target, onDelete, name }: ForeignKey,
): void {
  table
    .foreign(column, name)
    .references('id')
    .inTable(target)
    .onDelete(onDelete === 'restrict' ? 'no action' : onDelete);
}

/**
 * An index. One that is unique but for deleted rows is partial; MariaDB and MySQL have no partial index, but take rows
 * for different whose generated column is NULL.
 */
export function createIndex(
  knex: Knex,
  dialect: Dialect,
  table: string,
  index: TableIndex,
): readonly string[] {
  const { name, columns, unique, unless } = index;
  const quoted = (one: string): string => knex.ref(one).toString();
  const list = columns.map(quoted).join(', ');
  const create = `create ${unique ? 'unique ' : ''}index ${quoted(name)} on ${quoted(table)}`;
  if (unless === undefined) return [`${create} (${list})`];
  if (dialect !== 'mysql') return [`${create} (${list}) where ${quoted(unless)} is null`];
  const alive = quoted(aliveColumn(unless));
  return [
    `alter table ${quoted(table)} add column if not exists ${alive} tinyint(1) generated always as (if(${quoted(unless)} is null, 1, null)) virtual invisible`,
    `${create} (${list}, ${alive})`,
  ];
}

/** Column of MariaDB that is NULL in deleted rows, for unique indexes. */
export function aliveColumn(unless: string): string {
  return `${unless}_is_null`;
}

export function statementsOf(builder: Knex.SchemaBuilder): readonly string[] {
  return builder.toSQL().map(({ sql }) => sql);
}

/** A value as text in SQL. MariaDB and MySQL take a backslash in a text for the beginning of an escape. */
export function literal(value: unknown, dialect: Dialect): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  const text = String(value).replaceAll("'", "''");
  return `'${dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text}'`;
}
