import { didYouMean, unknownKeys } from '../../../errors.ts';
import type { OnDelete } from '../../entity/relation.ts';
import type { MigrationOptions } from '../define.ts';
import { type ColumnSpec, type ForeignKeySpec, type IndexSpec, typeNamed } from '../step/column.ts';
import type { Step, TableSpec } from '../step/step.ts';

type Keys<T> = Readonly<Record<keyof T, true>>;

const migration: Keys<MigrationOptions & { kind: 'migration' }> = {
  kind: true,
  steps: true,
  dependsOn: true,
  runBefore: true,
  replaces: true,
  transaction: true,
  database: true,
};
const column: Keys<ColumnSpec> = { name: true, type: true, nullable: true, default: true };
const index: Keys<IndexSpec> = { name: true, columns: true, unique: true, unless: true };
const key: Keys<ForeignKeySpec> = { name: true, column: true, table: true, onDelete: true };
const table: Keys<TableSpec> = {
  name: true,
  columns: true,
  primaryKey: true,
  indexes: true,
  foreignKeys: true,
};

/** What is wrong with a migration as it stands, as sentences: misspelt options, types and columns that there are not. */
export function migrationFaults(given: { readonly steps: readonly Step[] }): readonly string[] {
  return [
    ...misspelt('', given, migration),
    ...given.steps.flatMap((step, at) => stepFaults(step).map((fault) => `Step ${at + 1}: ${fault}`)),
  ];
}

function stepFaults(step: Step): readonly string[] {
  switch (step.kind) {
    case 'createTable':
      return tableFaults(step.table);
    case 'addColumn':
    case 'alterColumn':
      return columnFaults(step.column);
    case 'createIndex':
      return misspelt(`The index "${step.index.name}": `, step.index, index);
    case 'addForeignKey':
      return keyFaults(step.key);
    case 'sql':
      return (step.changes ?? []).flatMap(stepFaults);
    default:
      return [];
  }
}

function tableFaults(spec: TableSpec): readonly string[] {
  const { name, columns, primaryKey = ['id'], indexes = [], foreignKeys = [] } = spec;
  const known = columns.map((one) => one.name);
  const lost = primaryKey.find((one) => !known.includes(one));
  return [
    ...misspelt(`The table "${name}": `, spec, table),
    ...(lost === undefined
      ? []
      : [`The table "${name}" has no column "${lost}" for its primary key.${didYouMean(lost, known)}`]),
    ...columns.flatMap(columnFaults),
    ...indexes.flatMap((one) => misspelt(`The index "${one.name}": `, one, index)),
    ...foreignKeys.flatMap(keyFaults),
  ];
}

function columnFaults(spec: ColumnSpec): readonly string[] {
  const { name, type } = spec;
  const known =
    'uuid, text, string(LENGTH), integer, number, boolean, timestamp, date, json, vector(DIMENSIONS)';
  return [
    ...misspelt(`The column "${name}": `, spec, column),
    ...(typeNamed(type) === undefined
      ? [`The column "${name}" is of the unknown type "${type}". Use one of ${known}.`]
      : []),
  ];
}

const actions: readonly OnDelete[] = ['restrict', 'cascade', 'set null'];

function keyFaults(spec: ForeignKeySpec): readonly string[] {
  const { name, onDelete = 'restrict' } = spec;
  return [
    ...misspelt(`The foreign key "${name}": `, spec, key),
    ...(actions.includes(onDelete)
      ? []
      : [
          `The foreign key "${name}" has the unknown onDelete "${onDelete}".${didYouMean(onDelete, actions)}`,
        ]),
  ];
}

function misspelt(where: string, given: object, known: Readonly<Record<string, true>>): readonly string[] {
  return unknownKeys(given, Object.keys(known)).map((fault) => where + fault);
}
