import type { Table } from '../../table/table.ts';

/** The tables of one database as migrations leave them, by name. */
export type Schema = ReadonlyMap<string, Table>;

/** The schemas of all databases, by the name of the database. */
export type Schemas = ReadonlyMap<string, Schema>;

export const defaultDatabase = 'default';

/** All tables of all databases. */
export function tablesIn(schemas: Schemas): readonly Table[] {
  return [...schemas.values()].flatMap((schema) => [...schema.values()]);
}

/** The extension that a table belongs to: the one that adds its primary key. */
export function ownerOf({ primaryKey, columns }: Table): string {
  return columns.find(({ name }) => primaryKey.includes(name))?.owner ?? columns[0]?.owner ?? '';
}
