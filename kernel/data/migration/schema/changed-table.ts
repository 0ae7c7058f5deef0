import type { SearchedColumn, Table } from '../../table/table.ts';

/** Databases keep foreign keys on a table that is renamed. */
export function renameTable(schema: Map<string, Table>, table: Table, to: string): void {
  schema.delete(table.name);
  schema.set(to, { ...table, name: to });
  for (const [name, other] of schema) {
    if (!other.foreignKeys.some((key) => key.table === table.name)) continue;
    const foreignKeys = other.foreignKeys.map((key) =>
      key.table === table.name ? { ...key, table: to } : key,
    );
    schema.set(name, { ...other, foreignKeys });
  }
}

export function withoutColumn(table: Table, column: string): Table {
  const changed = {
    ...table,
    columns: without(table.columns, column),
    indexes: table.indexes.filter(({ columns, unless }) => !columns.includes(column) && unless !== column),
    foreignKeys: table.foreignKeys.filter((key) => key.column !== column),
  };
  return withSearch(changed, without(table.search ?? [], column));
}

export function withRenamedColumn(table: Table, column: string, to: string): Table {
  const renamed = (name: string): string => (name === column ? to : name);
  const changed = {
    ...table,
    columns: table.columns.map((one) => ({ ...one, name: renamed(one.name) })),
    primaryKey: table.primaryKey.map(renamed),
    indexes: table.indexes.map(({ unless, ...index }) => ({
      ...index,
      columns: index.columns.map(renamed),
      ...(unless === undefined ? {} : { unless: renamed(unless) }),
    })),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, column: renamed(key.column) })),
  };
  const search = table.search ?? [];
  return withSearch(
    changed,
    search.map((one) => ({ ...one, name: renamed(one.name) })),
  );
}

export function withSearch({ search: _, ...table }: Table, search: readonly SearchedColumn[]): Table {
  return search.length === 0 ? table : { ...table, search };
}

export function without<T extends { readonly name: string }>(
  things: readonly T[],
  name: string,
): readonly T[] {
  return things.filter((one) => one.name !== name);
}
