import type { Table } from '../../table/table.ts';
import { ownerOf, type Schema } from '../schema/schema.ts';

export function isForeign(wanted: Schema, name: string, extension: string): boolean {
  const table = wanted.get(name);
  return table !== undefined && ownerOf(table) !== extension;
}

/** Do keys lead from this table, over whatever others, to a table of the extension? */
export function reaches(wanted: Schema, from: string, extension: string): boolean {
  const reached = new Set([from]);
  for (const name of reached) {
    for (const { table } of wanted.get(name)?.foreignKeys ?? []) reached.add(table);
  }
  reached.delete(from);
  return [...reached].some((name) => wanted.has(name) && !isForeign(wanted, name, extension));
}

/** Tables before those that refer to them, as far as they do not refer to each other. */
export function inOrder(tables: readonly Table[]): readonly Table[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered = new Set<Table>();
  const open = new Set<Table>();
  const visit = (table: Table): void => {
    if (ordered.has(table) || open.has(table)) return;
    open.add(table);
    for (const { table: name } of table.foreignKeys) {
      const target = byName.get(name);
      if (target) visit(target);
    }
    ordered.add(table);
  };
  for (const table of tables) visit(table);
  return [...ordered];
}
