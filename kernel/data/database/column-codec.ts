import type { ColumnType } from '../entity/field.ts';
import { toSingles } from '../value/vector.ts';
import type { Dialect } from './dialect.ts';

/** Turns a value of a row into what the driver takes, or back. `null` never reaches it. */
export type Convert = (value: unknown) => unknown;

/** How the values of one type of column go into a database and come back. `undefined`: they go as they are. */
export interface ColumnCodec {
  readonly encode: Convert | undefined;
  /** From a column. */
  readonly decode: Convert | undefined;
  /** From JSON that the database made of a column. */
  readonly decodeNested: Convert | undefined;
}

/** Values in rows: ISO 8601 texts for timestamps, arrays for vectors, plain JSON for JSON, numbers and booleans as such. */
export function codecOf(type: ColumnType, dialect: Dialect): ColumnCodec {
  const numbersForBooleans = dialect !== 'postgres';
  switch (type.kind) {
    case 'boolean':
      return {
        encode: numbersForBooleans ? (value) => (value ? 1 : 0) : undefined,
        decode: numbersForBooleans ? toBoolean : undefined,
        decodeNested: numbersForBooleans ? toBoolean : undefined,
      };
    case 'integer':
      // 64-bit integers come as text from some drivers.
      return {
        encode: undefined,
        decode: dialect === 'sqlite' ? undefined : Number,
        decodeNested: undefined,
      };
    case 'timestamp':
      return {
        encode: dialect === 'mysql' || dialect === 'mssql' ? withoutZone : isoTime,
        decode: dialect === 'sqlite' ? undefined : isoTime,
        decodeNested: dialect === 'sqlite' ? undefined : isoTime,
      };
    case 'date':
      return { encode: undefined, decode: toDay, decodeNested: toDay };
    case 'json':
      return { encode: JSON.stringify, decode: fromJson, decodeNested: undefined };
    case 'vector':
      return dialect === 'sqlite'
        ? { encode: toFloats, decode: fromFloats, decodeNested: fromHex }
        : { encode: toJsonVector, decode: fromJson, decodeNested: fromJson };
    default:
      return { encode: undefined, decode: undefined, decodeNested: undefined };
  }
}

function toBoolean(value: unknown): boolean {
  return value === true || value === 1 || value === '1';
}

const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** `2026-01-31T12:00:00.000Z` of anything that names a moment; a text without a zone is UTC. */
export function isoTime(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' && isoForm.test(value)) return value;
  const text = String(value).replace(' ', 'T');
  const zoned = /(Z|[+-]\d{2}(:?\d{2})?)$/i.test(text) ? text.replace(/([+-]\d{2})$/, '$1:00') : `${text}Z`;
  return new Date(zoned).toISOString();
}

function withoutZone(value: unknown): string {
  return isoTime(value).replace('T', ' ').slice(0, -1);
}

function toDay(value: unknown): string {
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value).slice(0, 10);
}

function fromJson(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

function toFloats(value: unknown): Uint8Array {
  const floats = Float32Array.from(value as readonly number[]);
  return Buffer.from(floats.buffer);
}

function toJsonVector(value: unknown): string {
  return JSON.stringify(toSingles(value as readonly number[]));
}

function fromFloats(value: unknown): number[] {
  const bytes = Uint8Array.from(value as Uint8Array);
  return [...new Float32Array(bytes.buffer)];
}

/** JSON has no bytes: a nested vector comes in hexadecimal digits. */
function fromHex(value: unknown): number[] {
  return fromFloats(Buffer.from(String(value), 'hex'));
}
