import { BackplaneError, didYouMean } from '../../../errors.ts';
import { ownSearch, searchedColumns } from '../../table/search.ts';
import type { Column, Table } from '../../table/table.ts';
import { type ColumnSpec, columnFrom, columnSpec, indexFrom, keyFrom, typeNamed } from '../step/column.ts';
import type { SchemaStep, TableSpec } from '../step/step.ts';
import type { StepData } from '../step/step-data.ts';
import { titleOf } from '../step/title.ts';
import { renameTable, without, withoutColumn, withRenamedColumn, withSearch } from './changed-table.ts';
import { defaultDatabase } from './schema.ts';

/** Whose step it is. */
export interface StepOrigin {
  /** Of the migration, for errors. */
  readonly key: string;
  readonly extension: string;
  readonly database: string;
}

/**
 * Applies a step to recorded tables: to the map itself, since a copy for each step of each migration would cost more than
 * all else; the tables in it are replaced, never changed.
 *
 * @throws MIGRATION_STEP_INVALID when it does not fit the tables that the migrations before it leave
 */
export function applyStep(schema: Map<string, Table>, step: StepData, origin: StepOrigin): void {
  if (step.kind === 'run') return;
  if (step.kind === 'sql') {
    for (const change of step.changes ?? []) applyStep(schema, change, origin);
  } else if (step.kind === 'createTable') {
    if (schema.has(step.table.name))
      invalid(step, origin, `The table "${step.table.name}" is there already.`);
    for (const { table } of step.table.foreignKeys ?? [])
      if (table !== step.table.name) checkOf(step, origin).isThere('table', table, [...schema.keys()]);
    schema.set(step.table.name, tableFrom(step.table, origin));
  } else {
    const table = schema.get(step.table);
    if (table) change(schema, table, step, origin);
    else {
      const near = didYouMean(step.table, schema.keys());
      const hint = `${near} If SQL of a migration creates it, let that step say so in its "changes".`;
      invalid(step, origin, `No migration before it creates the table "${step.table}".${hint}`);
    }
  }
}

function change(
  schema: Map<string, Table>,
  table: Table,
  step: Exclude<SchemaStep, { kind: 'createTable' }>,
  origin: StepOrigin,
): void {
  const check = checkOf(step, origin);
  switch (step.kind) {
    case 'dropTable':
      for (const [name, { foreignKeys }] of schema) {
        const holds = name !== table.name && foreignKeys.some((key) => key.table === table.name);
        if (holds) check.fail(`The table "${name}" refers to it. Drop its foreign key first.`);
      }
      schema.delete(step.table);
      return;
    case 'renameTable':
      check.isNew('table', step.to, [...schema.keys()]);
      renameTable(schema, table, step.to);
      return;
    case 'addColumn':
      check.isNew('column', step.column.name, namesOf(table.columns));
      schema.set(table.name, {
        ...table,
        columns: [...table.columns, columnFrom(step.column, origin.extension)],
      });
      return;
    case 'dropColumn':
      check.isThere('column', step.column, namesOf(table.columns));
      if (table.primaryKey.includes(step.column)) check.fail('It is part of the primary key.');
      schema.set(table.name, withoutColumn(table, step.column));
      return;
    case 'renameColumn':
      check.isThere('column', step.column, namesOf(table.columns));
      check.isNew('column', step.to, namesOf(table.columns));
      schema.set(table.name, withRenamedColumn(table, step.column, step.to));
      return;
    case 'alterColumn': {
      check.isThere('column', step.column.name, namesOf(table.columns));
      if (searchedColumns(table).includes(step.column.name)) assertText(step.column, check.fail);
      const alter = (column: Column): Column =>
        column.name === step.column.name ? columnFrom(step.column, column.owner) : column;
      schema.set(table.name, { ...table, columns: table.columns.map(alter) });
      return;
    }
    case 'createIndex': {
      const { name, columns, unless } = step.index;
      check.isNew('index', name, namesOf(table.indexes));
      for (const column of unless === undefined ? columns : [...columns, unless])
        check.isThere('column', column, namesOf(table.columns));
      schema.set(table.name, {
        ...table,
        indexes: [...table.indexes, indexFrom(step.index, origin.extension)],
      });
      return;
    }
    case 'dropIndex':
      check.isThere('index', step.index, namesOf(table.indexes));
      schema.set(table.name, { ...table, indexes: without(table.indexes, step.index) });
      return;
    case 'addForeignKey':
      check.isNew('foreign key', step.key.name, namesOf(table.foreignKeys));
      check.isThere('column', step.key.column, namesOf(table.columns));
      check.isThere('table', step.key.table, [...schema.keys()]);
      schema.set(table.name, {
        ...table,
        foreignKeys: [...table.foreignKeys, keyFrom(step.key, origin.extension)],
      });
      return;
    case 'dropForeignKey':
      check.isThere('foreign key', step.key, namesOf(table.foreignKeys));
      schema.set(table.name, { ...table, foreignKeys: without(table.foreignKeys, step.key) });
      return;
    case 'createSearchIndex': {
      if (ownSearch(table, origin.extension).length > 0)
        check.fail(`"${origin.extension}" has it searched already. Drop that search index first.`);
      if (step.columns.length === 0) check.fail('It names no column.');
      // Its rows are told apart by their ids.
      for (const name of ['id', ...step.columns]) check.isThere('column', name, namesOf(table.columns));
      for (const column of table.columns)
        if (step.columns.includes(column.name)) assertText(columnSpec(column), check.fail);
      const added = step.columns.map((name) => ({ name, owner: origin.extension }));
      schema.set(table.name, withSearch(table, [...(table.search ?? []), ...added]));
      return;
    }
    case 'dropSearchIndex': {
      const own = ownSearch(table, origin.extension);
      if (own.length === 0) check.fail(`"${origin.extension}" has nothing of it searched then.`);
      const left = table.search?.filter((one) => !own.includes(one)) ?? [];
      schema.set(table.name, withSearch(table, left));
      return;
    }
  }
}

function tableFrom(spec: TableSpec, { extension, database }: StepOrigin): Table {
  return {
    name: spec.name,
    columns: spec.columns.map((column) => columnFrom(column, extension)),
    primaryKey: spec.primaryKey ?? ['id'],
    indexes: (spec.indexes ?? []).map((index) => indexFrom(index, extension)),
    foreignKeys: (spec.foreignKeys ?? []).map((key) => keyFrom(key, extension)),
    ...(database === defaultDatabase ? {} : { database }),
  };
}

function assertText({ name, type }: ColumnSpec, fail: (reason: string) => never): void {
  const kind = typeNamed(type)?.kind;
  if (kind !== 'text' && kind !== 'string') fail(`The searched column "${name}" must be text.`);
}

function namesOf(things: readonly { readonly name: string }[]): readonly string[] {
  return things.map(({ name }) => name);
}

function checkOf(step: StepData, origin: StepOrigin) {
  return {
    fail: (reason: string) => invalid(step, origin, reason),
    isThere(what: string, name: string, known: readonly string[]): void {
      if (known.includes(name)) return;
      invalid(step, origin, `There is no ${what} "${name}" then.${didYouMean(name, known)}`);
    },
    isNew(what: string, name: string, known: readonly string[]): void {
      if (known.includes(name)) invalid(step, origin, `The ${what} "${name}" is there already.`);
    },
  };
}

function invalid(step: StepData, { key }: StepOrigin, reason: string): never {
  throw new BackplaneError('MIGRATION_STEP_INVALID', { key, step: titleOf(step), reason });
}
