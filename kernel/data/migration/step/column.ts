import type { ColumnType } from '../../entity/field.ts';
import type { OnDelete } from '../../entity/relation.ts';
import type { Column, ForeignKey, TableIndex } from '../../table/table.ts';

type PlainKind = Exclude<ColumnType['kind'], 'string' | 'vector'>;

/** A column's type as migrations write it: `uuid`, `string(200)`, `vector(3)`. */
export type TypeName = PlainKind | `string(${number})` | `vector(${number})`;

/** A column as migrations write it. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: TypeName;
  /** May it be NULL? Not if left out. */
  readonly nullable?: boolean;
  /** Plain JSON; rows that are there already get it, too. */
  readonly default?: unknown;
}

/** An index as migrations write it. */
export interface IndexSpec {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: boolean;
  /** Unique among rows where this column is NULL: those that are not marked as deleted. */
  readonly unless?: string;
}

/** A foreign key as migrations write it. */
export interface ForeignKeySpec {
  readonly name: string;
  readonly column: string;
  /** The table whose `id` it holds. */
  readonly table: string;
  /** `restrict` if left out. */
  readonly onDelete?: OnDelete;
}

const plainKinds: ReadonlySet<string> = new Set<PlainKind>([
  'uuid',
  'text',
  'integer',
  'number',
  'boolean',
  'timestamp',
  'date',
  'json',
]);

function isPlain(name: string): name is PlainKind {
  return plainKinds.has(name);
}

/** @returns the type, or `undefined` for a name of none */
export function typeNamed(name: string): ColumnType | undefined {
  if (isPlain(name)) return { kind: name };
  const [, kind, size] = /^(string|vector)\((\d+)\)$/.exec(name) ?? [];
  if (kind === 'string') return { kind, length: Number(size) };
  return kind === 'vector' ? { kind, dimensions: Number(size) } : undefined;
}

export function nameOfType(type: ColumnType): TypeName {
  if (type.kind === 'string') return `string(${type.length})`;
  return type.kind === 'vector' ? `vector(${type.dimensions})` : type.kind;
}

/** The column of a migration of `owner`. */
export function columnFrom(spec: ColumnSpec, owner: string): Column {
  const { name, type, nullable = false } = spec;
  // An unknown name is a fault of the definition, found when its file was loaded.
  const known = typeNamed(type) ?? { kind: 'text' };
  return {
    name,
    type: known,
    nullable,
    owner,
    ...(spec.default === undefined ? {} : { default: spec.default }),
  };
}

export function columnSpec({ name, type, nullable, default: value }: Column): ColumnSpec {
  return {
    name,
    type: nameOfType(type),
    ...(nullable ? { nullable } : {}),
    ...(value === undefined ? {} : { default: value }),
  };
}

export function indexFrom({ name, columns, unique = false, unless }: IndexSpec, owner: string): TableIndex {
  return { name, columns, unique, owner, ...(unless === undefined ? {} : { unless }) };
}

export function indexSpec({ name, columns, unique, unless }: TableIndex): IndexSpec {
  return { name, columns, ...(unique ? { unique } : {}), ...(unless === undefined ? {} : { unless }) };
}

export function keyFrom(spec: ForeignKeySpec, owner: string): ForeignKey {
  const { name, column, table, onDelete = 'restrict' } = spec;
  return { name, column, table, onDelete, owner };
}

export function keySpec({ name, column, table, onDelete }: ForeignKey): ForeignKeySpec {
  return { name, column, table, ...(onDelete === 'restrict' ? {} : { onDelete }) };
}
