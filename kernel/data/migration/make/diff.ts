import { ownSearch, searchedColumns } from '../../table/search.ts';
import type { Column, ForeignKey, Table } from '../../table/table.ts';
import type { Schema } from '../schema/schema.ts';
import { ownerOf } from '../schema/schema.ts';
import { columnSpec, indexSpec, keySpec } from '../step/column.ts';
import { conversionFault } from '../step/conversion.ts';
import { searchSteps, tableSpec } from '../step/reverse.ts';
import type { SchemaStep } from '../step/step.ts';
import { inOrder, isForeign, reaches } from './order.ts';
import { has, pair, sameColumn, sameIndex, sameKey } from './same.ts';

/** What one extension has to change, in the order in which it can be. */
export interface Difference {
  readonly steps: readonly SchemaStep[];
  /** Keys that must wait until tables of others are there, which in their turn wait for these steps. */
  readonly later: readonly SchemaStep[];
  /** What only people can decide. */
  readonly faults: readonly string[];
}

/**
 * The steps that lead from the recorded tables to the wanted ones, as far as they are the extension's own. Pure.
 *
 * @param recorded the tables of one database as migrations leave them, already with the renames that were answered
 * @param wanted the tables of the same database as entities want them, of all extensions
 */
export function difference(recorded: Schema, wanted: Schema, extension: string): Difference {
  const steps: Record<'drop' | 'create' | 'change' | 'keys' | 'remove', SchemaStep[]> = {
    drop: [],
    create: [],
    change: [],
    keys: [],
    remove: [],
  };
  const later: SchemaStep[] = [];
  const faults: string[] = [];
  const made = new Set(recorded.keys());
  const addKey = (table: Table, key: ForeignKey): void => {
    const step: SchemaStep = { kind: 'addForeignKey', table: table.name, key: keySpec(key) };
    const isCircular = !recorded.has(key.table) && isForeign(wanted, key.table, extension);
    if (isCircular && reaches(wanted, key.table, extension)) later.push(step);
    else steps.keys.push(step);
  };

  for (const table of inOrder(newTables(recorded, wanted, extension))) {
    const keys = table.foreignKeys.filter(({ owner }) => owner === extension);
    const isThere = (key: ForeignKey): boolean =>
      key.table === table.name ||
      made.has(key.table) ||
      (isForeign(wanted, key.table, extension) && !reaches(wanted, key.table, extension));
    steps.create.push({
      kind: 'createTable',
      table: tableSpec({ ...ownPart(table, extension), foreignKeys: keys.filter(isThere) }),
    });
    steps.create.push(...searchSteps(table.name, wantedSearch(table)));
    for (const key of keys) if (!isThere(key)) addKey(table, key);
    made.add(table.name);
  }
  for (const table of wanted.values()) {
    const old = recorded.get(table.name) ?? bareTable(table, recorded, extension);
    if (old !== undefined) changeTable(old, table);
  }
  for (const table of recorded.values()) {
    if (!wanted.has(table.name) && ownerOf(table) === extension) dropTable(table);
  }
  return {
    steps: [...steps.drop, ...steps.create, ...steps.change, ...steps.keys, ...steps.remove],
    later,
    faults,
  };

  function changeTable(old: Table, table: Table): void {
    const { name } = table;
    const own = <T extends { readonly owner: string }>(things: readonly T[]): readonly T[] =>
      things.filter(({ owner }) => owner === extension);
    const goneColumns = own(old.columns).filter((column) => !has(table.columns, column));
    const isGone = (column: string): boolean => goneColumns.some((one) => one.name === column);

    const keys = pair(own(old.foreignKeys), own(table.foreignKeys), sameKey);
    for (const key of keys.gone) {
      if (!isGone(key.column)) steps.drop.push({ kind: 'dropForeignKey', table: name, key: key.name });
    }
    for (const column of own(table.columns)) {
      const before = old.columns.find((one) => one.name === column.name);
      if (before === undefined) addColumn(table, column);
      else if (!sameColumn(before, column)) alter(table, before, column);
    }
    const indexes = pair(own(old.indexes), own(table.indexes), sameIndex);
    const replaced = indexes.gone.filter((index) => has(indexes.fresh, index));
    for (const index of replaced) steps.change.push({ kind: 'dropIndex', table: name, index: index.name });
    for (const index of indexes.fresh)
      steps.change.push({ kind: 'createIndex', table: name, index: indexSpec(index) });
    for (const index of indexes.gone) {
      const goesWithColumn = [...index.columns, index.unless ?? ''].some(isGone);
      if (!replaced.includes(index) && !goesWithColumn)
        steps.change.push({ kind: 'dropIndex', table: name, index: index.name });
    }
    changeSearch(old, table, isGone);
    for (const key of keys.fresh) addKey(table, key);
    for (const { name: column } of goneColumns)
      steps.remove.push({ kind: 'dropColumn', table: name, column });
  }

  /** First it goes, so that altering columns need not build it anew, and last it comes. */
  function changeSearch(old: Table, table: Table, isGone: (column: string) => boolean): void {
    const before = searchedColumns({ search: ownSearch(old, extension) });
    const left = before.filter((column) => !isGone(column));
    const search = wantedSearch(table);
    if (left.join() === search.join()) return;
    if (before.length > 0) steps.drop.push({ kind: 'dropSearchIndex', table: table.name });
    steps.change.push(...searchSteps(table.name, search));
  }

  function wantedSearch(table: Table): readonly string[] {
    return searchedColumns({ search: ownSearch(table, extension) });
  }

  function addColumn(table: Table, column: Column): void {
    if (!column.nullable && column.default === undefined) {
      faults.push(
        `"${column.name}" of "${table.name}" is new and required, and rows that are there have no value for it. ` +
          'Give it a default; or make it optional; or make it optional now, fill it with run(…) in that migration, and make it required in the next.',
      );
    }
    steps.change.push({ kind: 'addColumn', table: table.name, column: columnSpec(column) });
  }

  function alter(table: Table, before: Column, column: Column): void {
    if (before.nullable && !column.nullable && column.default === undefined) {
      faults.push(
        `"${column.name}" of "${table.name}" becomes required, and rows may have none. ` +
          'Give it a default; or keep it optional; or write the migration by hand: run(…) that fills it, and alterColumn(…) after that.',
      );
    }
    const fault = conversionFault(before.type, column.type);
    if (fault !== undefined) faults.push(`"${column.name}" of "${table.name}": ${fault}`);
    steps.change.push({ kind: 'alterColumn', table: table.name, column: columnSpec(column) });
  }

  function dropTable(table: Table): void {
    for (const other of recorded.values()) {
      for (const key of other.foreignKeys) {
        if (key.table !== table.name || other.name === table.name) continue;
        const goesAnyway = !wanted.has(other.name) && ownerOf(other) === extension;
        const isDropped = key.owner === extension;
        if (!goesAnyway && !isDropped)
          faults.push(
            `The table "${table.name}" goes, and "${other.name}" of "${key.owner}" refers to it. Make the migration of "${key.owner}" first.`,
          );
        // Between tables that both go, no order is right in every case without it.
        if (goesAnyway) steps.drop.push({ kind: 'dropForeignKey', table: other.name, key: key.name });
      }
    }
    steps.remove.push({ kind: 'dropTable', table: table.name });
  }
}

function newTables(recorded: Schema, wanted: Schema, extension: string): readonly Table[] {
  return [...wanted.values()].filter((table) => !recorded.has(table.name) && ownerOf(table) === extension);
}

/** Without what others add to it. */
function ownPart(table: Table, extension: string): Table {
  const own = <T extends { readonly owner: string }>(things: readonly T[]): readonly T[] =>
    things.filter(({ owner }) => owner === extension);
  return {
    ...table,
    columns: own(table.columns),
    indexes: own(table.indexes),
    foreignKeys: [],
    search: ownSearch(table, extension),
  };
}

/** The part of another's new table that its own migration will make: what is there when this extension adds to it. */
function bareTable(table: Table, recorded: Schema, extension: string): Table | undefined {
  if (recorded.has(table.name) || ownerOf(table) === extension) return undefined;
  return ownPart(table, ownerOf(table));
}
