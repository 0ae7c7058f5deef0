import { IsOptional, type TSchema } from 'typebox';
import type { OnDelete } from './relation.ts';

/** What a column holds, in words that every dialect can be made to understand. */
export type ColumnType =
  | { readonly kind: 'uuid' | 'text' | 'integer' | 'number' | 'boolean' | 'timestamp' | 'date' | 'json' }
  | { readonly kind: 'string'; readonly length: number }
  | { readonly kind: 'vector'; readonly dimensions: number };

/** A field of an entity: one column of its table. */
export interface Field {
  readonly name: string;
  readonly column: string;
  readonly type: ColumnType;
  /** JSON schema of its values, without the null of an optional field. */
  readonly schema: TSchema;
  readonly nullable: boolean;
  /** `undefined` when it has none. */
  readonly default: unknown;
  readonly unique: boolean;
  readonly index: boolean;
  /** May callers see it, filter and sort by it? */
  readonly readable: boolean;
  /** May callers set it? */
  readonly writable: boolean;
  /** May filters ask what it contains? */
  readonly contains: boolean;
  /** The entity whose id it holds. */
  readonly references?: { readonly entity: string; readonly onDelete: OnDelete };
  /** Extension that defines it. */
  readonly owner: string;
}

/** Characters that an indexed text may have: what MariaDB can index. */
export const longestIndexed = 700;

/**
 * The column of a field.
 * @returns the field, or what is wrong with it
 */
export function fieldOf(name: string, schema: TSchema, owner: string): Field | { readonly fault: string } {
  const hints = schema as FieldSchema;
  const isIndexed = hints.unique === true || hints.index === true;
  const type = columnType(hints, isIndexed);
  const fault = faultOf(type, isIndexed);
  if (fault !== undefined) return { fault };
  // An indexed text without a length gets one that every database can index, and its values are held to it.
  const limited =
    type.kind === 'string' &&
    hints.type === 'string' &&
    hints.maxLength === undefined &&
    !hints.enum &&
    !hints.format;
  return {
    name,
    column: hints.column ?? snakeCase(name),
    type,
    schema: limited ? { ...schema, maxLength: type.length } : schema,
    nullable: IsOptional(schema),
    default: hints.default,
    unique: hints.unique === true,
    index: hints.index === true,
    readable: hints.read !== false,
    writable: hints.write !== false,
    contains: hints.contains === true,
    owner,
  };
}

/** The keywords of a JSON schema that say what its column must hold. */
interface FieldSchema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly dimensions?: number;
  readonly default?: unknown;
  readonly column?: string;
  readonly unique?: boolean;
  readonly index?: boolean;
  readonly read?: boolean;
  readonly write?: boolean;
  readonly contains?: boolean;
}

function columnType(schema: FieldSchema, isIndexed: boolean): ColumnType {
  const { type, format, maxLength, dimensions, enum: values } = schema;
  if (dimensions !== undefined) return { kind: 'vector', dimensions };
  if (values !== undefined) return enumType(values);
  if (type === 'boolean' || type === 'integer' || type === 'number') return { kind: type };
  if (type !== 'string') return { kind: 'json' };
  if (format === 'uuid') return { kind: 'uuid' };
  if (format === 'date-time') return { kind: 'timestamp' };
  if (format === 'date') return { kind: 'date' };
  if (maxLength !== undefined && maxLength <= 1000) return { kind: 'string', length: maxLength };
  return isIndexed && maxLength === undefined ? { kind: 'string', length: 255 } : { kind: 'text' };
}

function enumType(values: readonly unknown[]): ColumnType {
  if (values.every((value) => typeof value === 'string')) {
    return { kind: 'string', length: Math.max(1, ...values.map((value) => value.length)) };
  }
  if (values.every((value) => Number.isSafeInteger(value))) return { kind: 'integer' };
  return { kind: values.every((value) => typeof value === 'number') ? 'number' : 'json' };
}

function faultOf(type: ColumnType, isIndexed: boolean): string | undefined {
  if (!isIndexed) return undefined;
  if (type.kind === 'string' && type.length <= longestIndexed) return undefined;
  if (type.kind === 'string' || type.kind === 'text') {
    return `cannot be indexed: give it a maxLength of ${longestIndexed} at most.`;
  }
  return type.kind === 'json' || type.kind === 'vector'
    ? `holds ${type.kind === 'json' ? 'JSON' : 'a vector'}, which cannot be indexed.`
    : undefined;
}

export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

export function camelCase(name: string): string {
  return name.replace(/[-_]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
