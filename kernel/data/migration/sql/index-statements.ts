import { aliveColumn, createIndex as indexTexts } from '../../table/build.ts';
import type { Table, TableIndex } from '../../table/table.ts';
import type { Statement } from './statement.ts';
import type { Target } from './target.ts';

export function createIndex(
  table: string,
  index: TableIndex,
  { knex, dialect }: Target,
): readonly Statement[] {
  const texts = indexTexts(knex, dialect, table, index);
  const effect = { kind: 'index', table, name: index.name, present: true } as const;
  // The column before it, on MariaDB, is only made where it is missing.
  return texts.map((sql, position) => (position === texts.length - 1 ? { sql, effect } : { sql }));
}

/**
 * @param left the table's other indexes: on MariaDB the generated column of a unique index that leaves deleted rows out
 *   is dropped with the last one that uses it
 */
export function dropIndex(
  table: Table,
  { name, columns, unless }: TableIndex,
  left: readonly TableIndex[],
  { knex, dialect }: Target,
): readonly Statement[] {
  const quoted = knex.ref(table.name).toString();
  const isPerTable = dialect === 'mysql' || dialect === 'mssql';
  const drop: Statement = {
    sql: `drop index ${knex.ref(name)}${isPerTable ? ` on ${quoted}` : ''}`,
    effect: { kind: 'index', table: table.name, name, present: false },
  };
  if (dialect !== 'mysql') return [drop];
  // MariaDB wants an index for each foreign key, and keeps the last one that serves it from being dropped.
  const serves = table.foreignKeys.filter(
    ({ column }) =>
      column === columns[0] &&
      column !== table.primaryKey[0] &&
      !left.some((one) => one.columns[0] === column),
  );
  const instead = serves.map((key) => ({
    sql: `create index if not exists ${knex.ref(key.name)} on ${quoted} (${knex.ref(key.column)})`,
  }));
  if (unless === undefined || left.some((one) => one.unless === unless)) return [...instead, drop];
  const generated = knex.ref(aliveColumn(unless));
  return [...instead, drop, { sql: `alter table ${quoted} drop column if exists ${generated}` }];
}
