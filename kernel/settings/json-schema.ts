import type { TSchema } from 'typebox';

/** What this room reads of a schema. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Is the value to be kept out of logs, errors and listings? */
  readonly secret?: boolean;
  /** What a number counts. Of bytes, `1mb` is understood. */
  readonly unit?: 'bytes' | 'ms';
  /** What stands between the items of a list in a text; a comma if left out. */
  readonly separator?: string;
  /** Variable of the kernel's own setting that this one shares the value of, instead of having a variable of its own. */
  readonly variable?: string;
}

/** A schema of TypeBox as JSON schema, which it is; its type only tells the keywords that all schemas share. */
export function read(schema: TSchema): JsonSchema {
  return schema as JsonSchema;
}

/** Is the value of this schema a group of settings of their own, and not one setting? */
export function isGroup(schema: JsonSchema): schema is JsonSchema & Required<Pick<JsonSchema, 'properties'>> {
  return schema.type === 'object' && schema.properties !== undefined;
}

/** Is this an object as `{…}` makes them? */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
