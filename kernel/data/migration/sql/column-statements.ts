import type { Knex } from 'knex';
import { addTo } from '../../table/build.ts';
import type { Column, Table, TableIndex } from '../../table/table.ts';
import { createIndex, dropIndex } from './index-statements.ts';
import { dropForeignKey } from './key-statements.ts';
import type { Statement } from './statement.ts';
import type { Target } from './target.ts';

export function addColumn(table: Table, name: string, { knex, dialect }: Target): readonly Statement[] {
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined) return [];
  const [sql = ''] = knex.schema
    .alterTable(table.name, (made) => addTo(made, column, knex, dialect))
    .toSQL()
    .map((one) => one.sql);
  return [{ sql, effect: { kind: 'column', table: table.name, name, present: true } }];
}

/** With the keys and indexes that it is part of: databases refuse otherwise, or leave half an index. */
export function dropColumn(table: Table, name: string, target: Target): readonly Statement[] {
  const { knex, dialect } = target;
  const gone = table.indexes.filter(({ columns, unless }) => [...columns, unless].includes(name));
  const without = { ...table, foreignKeys: table.foreignKeys.filter(({ column }) => column !== name) };
  const effect = { kind: 'column', table: table.name, name, present: false } as const;
  return [
    ...table.foreignKeys
      .filter(({ column }) => column === name)
      .flatMap((key) => dropForeignKey(table.name, key.name, target)),
    ...dropAll(without, gone, target),
    ...(dialect === 'mssql' ? [{ sql: dropDefault(knex, table.name, name) }] : []),
    { sql: `alter table ${knex.ref(table.name)} drop column ${knex.ref(name)}`, effect },
  ];
}

export function renameColumn(
  from: Table,
  to: Table,
  name: string,
  newName: string,
  target: Target,
): readonly Statement[] {
  const { knex, dialect } = target;
  const effect = { kind: 'column', table: from.name, name: newName, present: true } as const;
  const rename: Statement = {
    sql:
      dialect === 'mssql'
        ? `exec sp_rename '${from.name}.${name}', '${newName}', 'COLUMN'`
        : `alter table ${knex.ref(from.name)} rename column ${knex.ref(name)} to ${knex.ref(newName)}`,
    effect,
  };
  // MariaDB's generated column speaks of this one by its name.
  const marked = dialect === 'mysql' ? from.indexes.filter(({ unless }) => unless === name) : [];
  return [
    ...dropAll(from, marked, target),
    rename,
    ...to.indexes
      .filter((index) => marked.some((one) => one.name === index.name))
      .flatMap((index) => createIndex(to.name, index, target)),
  ];
}

/** Drops indexes one after the other, each knowing which are left. */
function dropAll(table: Table, indexes: readonly TableIndex[], target: Target): readonly Statement[] {
  return indexes.flatMap((index, position) => {
    const gone = indexes.slice(0, position + 1);
    const left = table.indexes.filter((one) => !gone.includes(one));
    return dropIndex(table, index, left, target);
  });
}

/** SQL Server names the constraint that holds a default by itself, and drops no column that has one. */
export function dropDefault(knex: Knex, table: string, column: string): string {
  return (
    `declare @name nvarchar(256) = (select name from sys.default_constraints where parent_object_id = object_id('${table}') ` +
    `and parent_column_id = columnproperty(object_id('${table}'), '${column}', 'ColumnId')); ` +
    `if @name is not null exec('alter table ${knex.ref(table)} drop constraint [' + @name + ']')`
  );
}

export function columnNamed({ columns }: Table, name: string): Column | undefined {
  return columns.find((one) => one.name === name);
}
