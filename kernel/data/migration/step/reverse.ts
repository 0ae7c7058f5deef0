import { ownSearch, searchedColumns } from '../../table/search.ts';
import type { Table } from '../../table/table.ts';
import { applyStep } from '../schema/apply-step.ts';
import type { Schema } from '../schema/schema.ts';
import { columnSpec, indexSpec, keySpec } from './column.ts';
import type { SchemaStep, Step, TableSpec } from './step.ts';

/**
 * The steps that undo one: they bring back tables and columns, not what was in them.
 *
 * @param before the tables before the step
 * @param extension whose step it is
 * @returns `undefined` when it says not how to undo it
 */
export function reverseOf(step: Step, before: Schema, extension: string): readonly Step[] | undefined {
  switch (step.kind) {
    case 'createTable':
      return [{ kind: 'dropTable', table: step.table.name }];
    case 'renameTable':
      return [{ kind: 'renameTable', table: step.to, to: step.table }];
    case 'addColumn':
      return [{ kind: 'dropColumn', table: step.table, column: step.column.name }];
    case 'renameColumn':
      return [{ kind: 'renameColumn', table: step.table, column: step.to, to: step.column }];
    case 'createIndex':
      return [{ kind: 'dropIndex', table: step.table, index: step.index.name }];
    case 'addForeignKey':
      return [{ kind: 'dropForeignKey', table: step.table, key: step.key.name }];
    case 'createSearchIndex':
      return [{ kind: 'dropSearchIndex', table: step.table }];
    case 'sql': {
      if (step.reverse === undefined) return undefined;
      const changes = reverseAll(step.changes ?? [], before, extension);
      return [{ kind: 'sql', text: step.reverse, ...(changes ? { changes } : {}) }];
    }
    case 'run':
      return step.reverse === undefined ? undefined : [{ kind: 'run', work: step.reverse }];
    default: {
      const table = before.get(step.table);
      return table === undefined ? undefined : restore(step, table, extension);
    }
  }
}

/** Undoes schema steps, the last first. @returns `undefined` when one of them cannot be undone */
function reverseAll(
  steps: readonly SchemaStep[],
  before: Schema,
  extension: string,
): readonly SchemaStep[] | undefined {
  const schema = new Map(before);
  const reversed: Step[] = [];
  for (const step of steps) {
    const reverse = reverseOf(step, schema, extension);
    if (reverse === undefined) return undefined;
    reversed.unshift(...reverse);
    applyStep(schema, step, { key: '', extension, database: '' });
  }
  return reversed.filter((step) => step.kind !== 'sql' && step.kind !== 'run');
}

type Removal = Extract<
  Step,
  { kind: 'dropTable' | 'dropColumn' | 'alterColumn' | 'dropIndex' | 'dropForeignKey' | 'dropSearchIndex' }
>;

/** What a step takes away is known from the table as it was. */
function restore(step: Removal, table: Table, extension: string): readonly Step[] | undefined {
  const { name } = table;
  switch (step.kind) {
    case 'dropTable':
      return [{ kind: 'createTable', table: tableSpec(table) }, ...searchSteps(name, searchedColumns(table))];
    case 'dropColumn':
      return restoreColumn(table, step.column, extension);
    case 'alterColumn': {
      const column = table.columns.find((one) => one.name === step.column.name);
      return column && [{ kind: 'alterColumn', table: name, column: columnSpec(column) }];
    }
    case 'dropIndex': {
      const index = table.indexes.find((one) => one.name === step.index);
      return index && [{ kind: 'createIndex', table: name, index: indexSpec(index) }];
    }
    case 'dropForeignKey': {
      const key = table.foreignKeys.find((one) => one.name === step.key);
      return key && [{ kind: 'addForeignKey', table: name, key: keySpec(key) }];
    }
    case 'dropSearchIndex':
      return searchSteps(name, searchedColumns({ search: ownSearch(table, extension) }));
  }
}

/**
 * With the indexes and keys that went with it. One that must have a value and has no default comes back as one that may
 * be NULL: what its values were is not known any more.
 */
function restoreColumn(table: Table, column: string, extension: string): readonly Step[] | undefined {
  const found = table.columns.find(({ name }) => name === column);
  if (found === undefined) return undefined;
  const own = searchedColumns({ search: ownSearch(table, extension) });
  const left = own.filter((name) => name !== column);
  const search: readonly Step[] = searchedColumns(table).includes(column)
    ? [
        ...(left.length > 0 ? [{ kind: 'dropSearchIndex', table: table.name } as const] : []),
        ...searchSteps(table.name, [...left, column]),
      ]
    : [];
  const nullable = found.nullable || found.default === undefined;
  return [
    { kind: 'addColumn', table: table.name, column: columnSpec({ ...found, nullable }) },
    ...table.indexes
      .filter(({ columns, unless }) => columns.includes(column) || unless === column)
      .map((index): Step => ({ kind: 'createIndex', table: table.name, index: indexSpec(index) })),
    ...table.foreignKeys
      .filter((key) => key.column === column)
      .map((key): Step => ({ kind: 'addForeignKey', table: table.name, key: keySpec(key) })),
    ...search,
  ];
}

/** The step that has these searched, if there are any. */
export function searchSteps(table: string, columns: readonly string[]): readonly SchemaStep[] {
  return columns.length === 0 ? [] : [{ kind: 'createSearchIndex', table, columns }];
}

/** A table as a migration writes it. */
export function tableSpec({ name, columns, primaryKey, indexes, foreignKeys }: Table): TableSpec {
  return {
    name,
    columns: columns.map(columnSpec),
    primaryKey,
    ...(indexes.length > 0 ? { indexes: indexes.map(indexSpec) } : {}),
    ...(foreignKeys.length > 0 ? { foreignKeys: foreignKeys.map(keySpec) } : {}),
  };
}
