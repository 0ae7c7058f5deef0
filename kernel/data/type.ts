/**
 * `Type`: all of TypeBox, with what a column of a database wants to know besides. A field's options stand in its schema,
 * where everybody who reads the schema (validators, documents, migrations) finds them.
 */

import * as TypeBox from 'typebox';

export * from 'typebox';

/** What a field of an entity says about its column, beside the JSON schema of its values. */
export interface FieldOptions {
  /** No two rows have the same value. */
  readonly unique?: boolean;
  /** Rows are looked for or sorted by it. */
  readonly index?: boolean;
  /** `false`: never leaves the server, and nobody may filter or sort by it. */
  readonly read?: boolean;
  /** `false`: only the server's own code sets it. */
  readonly write?: boolean;
  /** Filters may ask for rows that hold a text somewhere inside it (`contains`), which no index can help with. */
  readonly contains?: boolean;
  /** Validation rules by name, each with its parameter: `{ 'max-words': 5 }`. They are defined with `defineRule`. */
  readonly rules?: Readonly<Record<string, unknown>>;
  /** Name of the column; the field's name in snake case if left out. */
  readonly column?: string;
}

/** Keeps in the type what the types of rows depend on: whether there is a default, whether it may leave the server, and who may set it. */
type With<Schema, Options> = Schema &
  (Options extends { readonly default: infer Value } ? { readonly default: Value } : unknown) &
  (Options extends { readonly read: false } ? { readonly read: false } : unknown) &
  (Options extends { readonly write: false } ? { readonly write: false } : unknown);

function stringField<const Options extends TypeBox.TStringOptions & FieldOptions>(
  options?: Options,
): With<TypeBox.TString, Options> {
  return TypeBox.String(options) as With<TypeBox.TString, Options>;
}

/** A number with a fraction: a double. */
function numberField<const Options extends TypeBox.TNumberOptions & FieldOptions>(
  options?: Options,
): With<TypeBox.TNumber, Options> {
  return TypeBox.Number(options) as With<TypeBox.TNumber, Options>;
}

/** A whole number that JavaScript can hold exactly. */
export function Integer<const Options extends TypeBox.TNumberOptions & FieldOptions>(
  options?: Options,
): With<TypeBox.TInteger, Options> {
  return TypeBox.Integer(options) as With<TypeBox.TInteger, Options>;
}

function booleanField<const Options extends TypeBox.TSchemaOptions & FieldOptions>(
  options?: Options,
): With<TypeBox.TBoolean, Options> {
  return TypeBox.Boolean(options) as With<TypeBox.TBoolean, Options>;
}

/** One of these values. */
export function Enum<
  const Values extends readonly (string | number)[],
  const Options extends TypeBox.TSchemaOptions & FieldOptions,
>(values: Values, options?: Options): With<TypeBox.TEnum<[...Values]>, Options> {
  return TypeBox.Enum([...values], options) as unknown as With<TypeBox.TEnum<[...Values]>, Options>;
}

/** A moment: ISO 8601 in UTC with milliseconds, `2026-01-31T12:00:00.000Z`. */
export function Timestamp<const Options extends TypeBox.TStringOptions & FieldOptions>(
  options?: Options,
): With<TypeBox.TString, Options> {
  return TypeBox.String({ ...options, format: 'date-time' }) as With<TypeBox.TString, Options>;
}

/** A vector of 32-bit floats, for `near`. */
export interface TVector extends TypeBox.TArray<TypeBox.TNumber> {
  readonly dimensions: number;
}

/** @param dimensions how many numbers each value has */
export function Vector<const Options extends TypeBox.TSchemaOptions & FieldOptions>(
  dimensions: number,
  options?: Options,
): With<TVector, Options> {
  const length = { minItems: dimensions, maxItems: dimensions };
  const schema = TypeBox.Array(TypeBox.Number(), { ...options, ...length, dimensions });
  return schema as unknown as With<TVector, Options>;
}

// Under the names that TypeBox gives them; inside this file those are JavaScript's own.
export { booleanField as Boolean, numberField as Number, stringField as String };
