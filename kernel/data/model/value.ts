import { codecOf } from '../database/column-codec.ts';
import type { Dialect } from '../database/dialect.ts';
import type { Field } from '../entity/field.ts';

/** How the values of one field go into its column and come back. `null` stays what it is. */
export interface FieldCodec {
  readonly field: Field;
  encode(value: unknown): unknown;
  decode(value: unknown): unknown;
}

/** The codec of a field's column; ids are lower case in every database, as PostgreSQL writes them. */
export function fieldCodec(field: Field, dialect: Dialect): FieldCodec {
  const { encode, decode } = codecOf(field.type, dialect);
  const into = field.type.kind === 'uuid' ? (value: unknown) => String(value).toLowerCase() : encode;
  return {
    field,
    encode: (value) => (value === null || value === undefined ? null : into ? into(value) : value),
    decode: (value) => (value === null || value === undefined ? null : decode ? decode(value) : value),
  };
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Could this be the id of a row? PostgreSQL takes nothing else for one, not even to find that there is none. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && uuid.test(value);
}

/**
 * What keeps a value out of a field's column, the same in every database: SQLite alone would take anything.
 * @returns as the end of a sentence, or `undefined` where the value fits
 */
export function valueFault(field: Field, value: unknown): string | undefined {
  if (value === null) return field.nullable ? undefined : 'must not be null';
  const fault = kindFault(field, value) ?? enumFault(field.schema, value);
  if (fault !== undefined || field.type.kind !== 'string') return fault;
  return lengthFault(String(value), field.type.length);
}

/**
 * What makes a value one that the field's column could not even be compared with. Left to the databases, some would fail
 * and some would bend the value until it matches.
 */
export function kindFault({ type }: Field, value: unknown): string | undefined {
  switch (type.kind) {
    case 'uuid':
      return isUuid(value) ? undefined : `must be a UUID, not ${shown(value)}`;
    case 'string':
    case 'text':
      return typeof value === 'string' ? undefined : `must be text, not ${shown(value)}`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : `must be a whole number, not ${shown(value)}`;
    case 'number':
      return Number.isFinite(value) ? undefined : `must be a number, not ${shown(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, not ${shown(value)}`;
    case 'timestamp':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
        ? undefined
        : `must be a moment such as "2026-01-31T12:00:00.000Z", not ${shown(value)}`;
    case 'date':
      return typeof value === 'string' && isDay(value)
        ? undefined
        : `must be a day such as "2026-01-31", not ${shown(value)}`;
    case 'vector':
      return isVector(value, type.dimensions) ? undefined : `must be an array of ${type.dimensions} numbers`;
    case 'json':
      return isJson(value) ? undefined : 'must be plain JSON';
  }
}

function enumFault(schema: object, value: unknown): string | undefined {
  if (!('enum' in schema) || !Array.isArray(schema.enum) || schema.enum.includes(value)) return undefined;
  return `must be one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}, not ${shown(value)}`;
}

/** Characters, as databases count them: those outside the basic plane once, which JavaScript counts twice. */
function lengthFault(value: string, length: number): string | undefined {
  if (value.length <= length) return undefined;
  const characters = [...value].length;
  return characters <= length ? undefined : `has ${characters} characters, and at most ${length} are allowed`;
}

function isDay(value: string): boolean {
  const time = Date.parse(value);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().slice(0, 10) === value
  );
}

function isVector(value: unknown, dimensions: number): boolean {
  return Array.isArray(value) && value.length === dimensions && value.every((one) => Number.isFinite(one));
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
