import type { Dialect } from '../../database/dialect.ts';
import { createTable } from '../../table/build.ts';
import type { Table } from '../../table/table.ts';
import type { Schema } from '../schema/schema.ts';
import type { SqlText, Step } from '../step/step.ts';
import { alterColumn } from './alter-column.ts';
import { addColumn, dropColumn, renameColumn } from './column-statements.ts';
import { createIndex, dropIndex } from './index-statements.ts';
import { addForeignKey, dropForeignKey } from './key-statements.ts';
import { rebuildStatements } from './rebuild-statements.ts';
import { dropSearchIndex, searchChange } from './search-statements.ts';
import type { RenderedStep, Statement } from './statement.ts';
import type { Target } from './target.ts';

/**
 * A step as one dialect does it. Pure.
 *
 * @param before the tables before the step
 * @param after the tables after it
 */
export function renderStep(step: Step, before: Schema, after: Schema, target: Target): RenderedStep {
  if (step.kind === 'run') return { kind: 'run', work: step.work };
  if (step.kind === 'sql') return { kind: 'sql', texts: textsFor(step.text, target.dialect) };
  if (step.kind === 'createTable') {
    const made = after.get(step.table.name);
    return { kind: 'statements', statements: made ? createStatements(made, target) : [] };
  }
  const from = before.get(step.table);
  if (step.kind === 'dropTable') {
    return { kind: 'statements', statements: dropTable(step.table, from, target) };
  }
  const to = after.get(step.kind === 'renameTable' ? step.to : step.table);
  // Both are there: applying the step has refused it otherwise.
  if (from === undefined || to === undefined) return { kind: 'statements', statements: [] };
  const search = searchChange(step, from, to, target);
  if (target.dialect === 'sqlite' && needsRebuild(step, from)) {
    return { kind: 'rebuild', from, to, statements: rebuildStatements(from, to, search, target) };
  }
  const onlyWhenEmpty =
    step.kind === 'addColumn' && !step.column.nullable && step.column.default === undefined
      ? { onlyWhenEmpty: step.column.name }
      : {};
  const statements = [...search.before, ...changeStatements(step, from, to, target), ...search.after];
  return { kind: 'statements', statements, ...onlyWhenEmpty };
}

type Change = Exclude<Step, { kind: 'createTable' | 'dropTable' | 'sql' | 'run' }>;

/**
 * SQLite adds, drops and renames columns in place. knex makes tables anew for more than what needs it, and inside a
 * transaction, where dropping the old one deletes all rows that belong to its rows (knex #6213).
 */
function needsRebuild(step: Step, from: Table): boolean {
  switch (step.kind) {
    case 'alterColumn':
    case 'addForeignKey':
    case 'dropForeignKey':
      return true;
    case 'addColumn':
      return !step.column.nullable && step.column.default === undefined;
    case 'dropColumn':
      return from.foreignKeys.some(({ column }) => column === step.column);
    default:
      return false;
  }
}

function changeStatements(step: Change, from: Table, to: Table, target: Target): readonly Statement[] {
  switch (step.kind) {
    case 'renameTable':
      return [
        {
          sql: renameTable(from.name, to.name, target),
          effect: { kind: 'table', table: to.name, name: to.name, present: true },
        },
      ];
    case 'addColumn':
      return addColumn(to, step.column.name, target);
    case 'dropColumn':
      return dropColumn(from, step.column, target);
    case 'renameColumn':
      return renameColumn(from, to, step.column, step.to, target);
    case 'alterColumn':
      return alterColumn(from, to, step.column.name, target);
    case 'createIndex':
      return to.indexes
        .filter(({ name }) => name === step.index.name)
        .flatMap((index) => createIndex(to.name, index, target));
    case 'dropIndex':
      return from.indexes
        .filter(({ name }) => name === step.index)
        .flatMap((index) => dropIndex(from, index, to.indexes, target));
    case 'addForeignKey':
      return to.foreignKeys
        .filter(({ name }) => name === step.key.name)
        .map((key) => addForeignKey(to.name, key, target));
    case 'dropForeignKey':
      return dropForeignKey(from.name, step.key, target);
    case 'createSearchIndex':
    case 'dropSearchIndex':
      // All of it is what the change of the searched columns asks for.
      return [];
  }
}

/** With the tables that are its search index on SQLite; elsewhere that is a part of it. */
function dropTable(name: string, table: Table | undefined, target: Target): readonly Statement[] {
  const search = table && target.dialect === 'sqlite' ? dropSearchIndex(table, target) : [];
  const effect = { kind: 'table', table: name, name, present: false } as const;
  return [...search, { sql: `drop table ${target.knex.ref(name)}`, effect }];
}

function createStatements(table: Table, target: Target): readonly Statement[] {
  const { knex, dialect } = target;
  const [create = '', ...rest] = createTable(knex, dialect, { ...table, indexes: [] }, true);
  const { name } = table;
  return [
    { sql: create, effect: { kind: 'table', table: name, name, present: true } },
    // knex puts some keys into statements of their own.
    ...rest.map((sql, index): Statement => {
      const key = table.foreignKeys[index + table.foreignKeys.length - rest.length];
      return key
        ? { sql, effect: { kind: 'foreign key', table: name, name: key.name, present: true } }
        : { sql };
    }),
    ...table.indexes.flatMap((index) => createIndex(name, index, target)),
  ];
}

function renameTable(from: string, to: string, { knex, dialect }: Target): string {
  if (dialect === 'mssql') return `exec sp_rename '${from}', '${to}'`;
  return `alter table ${knex.ref(from)} rename to ${knex.ref(to)}`;
}

function textsFor(text: SqlText, dialect: Dialect): readonly string[] {
  if (typeof text === 'string') return [text];
  if (isList(text)) return text;
  const own = text[dialect];
  return own === undefined ? [] : typeof own === 'string' ? [own] : own;
}

function isList(text: SqlText): text is readonly string[] {
  return Array.isArray(text);
}
