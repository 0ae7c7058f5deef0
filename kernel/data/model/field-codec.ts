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
