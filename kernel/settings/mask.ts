import { inspect } from 'node:util';
import { isPlainObject, type JsonSchema, read } from './json-schema.ts';
import type { SettingsSchema } from './settings-schema.ts';

/** What stands in place of a secret. */
export const masked = '***';

/** A copy of settings that may be shown: secrets masked. */
export function maskSettings(value: unknown, { schema }: SettingsSchema): unknown {
  return mask(value, read(schema));
}

/**
 * Freezes settings at every depth, and makes those that hold secrets show themselves masked in JSON, in `inspect` and
 * with them in logs.
 */
export function protect<Value>(value: Value, schema: JsonSchema): Value {
  if (!isPlainObject(value) && !Array.isArray(value)) return value;
  // Part of settings that were protected before.
  if (Object.isFrozen(value)) return value;
  for (const [key, below] of Object.entries(value)) protect(below, schemaOf(schema, key));
  if (holdsSecret(schema)) {
    const show = { value: () => mask(value, schema), enumerable: false };
    Object.defineProperties(value, { toJSON: show, [inspect.custom]: show });
  }
  return Object.freeze(value);
}

/** Is there a secret in what this schema describes? */
export function holdsSecret(schema: JsonSchema): boolean {
  return schema.secret === true || schemasBelow(schema).some(holdsSecret);
}

function mask(value: unknown, schema: JsonSchema): unknown {
  if (value === undefined || value === null || !holdsSecret(schema)) return value;
  // Which of several alternatives was taken is not known here, so that the whole is kept back.
  if (schema.secret || schema.anyOf || schema.allOf) return masked;
  if (Array.isArray(value)) return value.map((item) => mask(item, schema.items ?? {}));
  if (!isPlainObject(value)) return masked;
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [key, mask(below, schemaOf(schema, key))]),
  );
}

/** The schema of one key of an object, or of an item. */
function schemaOf(schema: JsonSchema, key: string): JsonSchema {
  const { properties = {}, patternProperties = {}, additionalProperties, items } = schema;
  if (items) return items;
  const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (own) return own;
  for (const [pattern, below] of Object.entries(patternProperties))
    if (new RegExp(pattern).test(key)) return below;
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}

function schemasBelow(schema: JsonSchema): readonly JsonSchema[] {
  const {
    properties = {},
    patternProperties = {},
    additionalProperties,
    items,
    anyOf = [],
    allOf = [],
  } = schema;
  return [
    ...Object.values(properties),
    ...Object.values(patternProperties),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...(items ? [items] : []),
    ...anyOf,
    ...allOf,
  ];
}
