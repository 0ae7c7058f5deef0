import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntitySchema, Pivot } from '../entity/entity-schema.ts';
import type { ColumnType, Field } from '../entity/field.ts';
import type { OnDelete } from '../entity/relation.ts';

/** A table as a database has it, as plain data: what migrations compare, record and build. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Names of columns. */
  readonly primaryKey: readonly string[];
  readonly indexes: readonly TableIndex[];
  readonly foreignKeys: readonly ForeignKey[];
  /** What the full-text search looks into, by an index over all of it; absent when there is none. */
  readonly search?: readonly SearchedColumn[];
  /** Name of a database other than the default. */
  readonly database?: string;
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Plain JSON; absent when there is none. */
  readonly default?: unknown;
  /** Extension that adds it. */
  readonly owner: string;
}

export interface TableIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
  /** Unique among the rows that are not deleted: the column that marks those that are. */
  readonly unless?: string;
  readonly owner: string;
}

export interface ForeignKey {
  readonly name: string;
  readonly column: string;
  /** The table whose `id` it holds. */
  readonly table: string;
  readonly onDelete: OnDelete;
  readonly owner: string;
}

/** Several extensions may want the same column searched. */
export interface SearchedColumn {
  /** Of the column. */
  readonly name: string;
  readonly owner: string;
}

/** The tables of all entities, and those between them. Pure. */
export function tablesOf(catalog: EntityCatalog): readonly Table[] {
  const tables = new Map<string, Table>();
  for (const entity of catalog.all) {
    tables.set(entity.table, tableOf(entity, catalog));
    for (const relation of entity.relations.values()) {
      if (relation.kind === 'manyToMany') {
        const { pivot } = relation;
        tables.set(pivot.table, pivotTable(pivot, entity, catalog));
      }
    }
  }
  return [...tables.values()];
}

function tableOf(entity: EntitySchema, catalog: EntityCatalog): Table {
  const fields = [...entity.fields.values()];
  const search = searchOf(entity);
  const unless = entity.softDelete ? 'deleted_at' : undefined;
  const columnsOf = (names: readonly string[]): readonly string[] =>
    names.map((name) => entity.fields.get(name)?.column ?? name);
  return {
    name: entity.table,
    columns: fields.map(columnOf),
    primaryKey: ['id'],
    indexes: [
      ...fields
        .filter(({ unique, index }) => unique || index)
        .map((field) => fieldIndex(entity.table, field, unless)),
      ...entity.indexes.map(({ fields: names, unique, owner }) =>
        indexOf(entity.table, columnsOf(names), unique, owner, unless),
      ),
    ],
    foreignKeys: fields.flatMap((field) => foreignKeyOf(entity.table, field, catalog)),
    ...(search.length > 0 ? { search } : {}),
    ...(entity.options.database === undefined ? {} : { database: entity.options.database }),
  };
}

function columnOf({ column, type, nullable, owner, default: value }: Field): Column {
  return { name: column, type, nullable, owner, ...(value === undefined ? {} : { default: value }) };
}

function searchOf({ fields, searchedBy }: EntitySchema): readonly SearchedColumn[] {
  return [...searchedBy].flatMap(([field, owners]) =>
    owners.map((owner) => ({ name: fields.get(field)?.column ?? field, owner })),
  );
}

function fieldIndex(table: string, { column, unique, owner }: Field, unless: string | undefined): TableIndex {
  return indexOf(table, [column], unique, owner, unless);
}

function indexOf(
  table: string,
  columns: readonly string[],
  unique: boolean,
  owner: string,
  unless: string | undefined,
): TableIndex {
  const name = shortName(`${table}_${columns.join('_')}`, unique ? 'unique' : 'index');
  return { name, columns, unique, owner, ...(unique && unless !== undefined ? { unless } : {}) };
}

function foreignKeyOf(
  table: string,
  { column, owner, references }: Field,
  catalog: EntityCatalog,
): readonly ForeignKey[] {
  if (references === undefined) return [];
  const { table: target } = catalog.get(references.entity);
  return [
    {
      name: shortName(`${table}_${column}`, 'foreign'),
      column,
      table: target,
      onDelete: references.onDelete,
      owner,
    },
  ];
}

function pivotTable(
  { table, keys, fields, owner }: Pivot,
  { options }: EntitySchema,
  catalog: EntityCatalog,
): Table {
  return {
    name: table,
    columns: [
      ...keys.map(({ column }): Column => ({ name: column, type: { kind: 'uuid' }, nullable: false, owner })),
      ...[...fields.values()].map(columnOf),
    ],
    primaryKey: keys.map(({ column }) => column),
    // The primary key serves the first side; the second needs an index of its own.
    indexes: [indexOf(table, [keys[1].column], false, owner, undefined)],
    foreignKeys: keys.map(({ column, entity, onDelete }) => ({
      name: shortName(`${table}_${column}`, 'foreign'),
      column,
      table: catalog.get(entity).table,
      onDelete,
      owner,
    })),
    ...(options.database === undefined ? {} : { database: options.database }),
  };
}

/** Names of indexes and keys: PostgreSQL cuts them at 63 characters, and two that begin alike would clash. */
function shortName(stem: string, kind: string): string {
  const whole = `${stem}_${kind}`;
  if (whole.length <= 60) return whole;
  let hash = 0;
  for (const character of stem) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return `${stem.slice(0, 60 - kind.length - 9)}_${hash.toString(36)}_${kind}`;
}
