import { IsOptional, type TProperties, type TSchema, Type } from 'typebox';
import { didYouMean } from '../../../errors.ts';
import type { FieldOptions } from '../../type.ts';
import { defaultFault } from './default-fault.ts';
import { isObject, shown } from './shown.ts';

/** What a field says about its column. */
const fieldOptions: Readonly<Record<keyof FieldOptions, true>> = {
  unique: true,
  index: true,
  read: true,
  write: true,
  contains: true,
  column: true,
  rules: true,
};

/** Keywords of JSON schema, of OpenAPI, of formats, and those of the kernel. */
const keywords = `
  $anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema definitions
  type enum const title description default example examples deprecated readOnly writeOnly nullable
  format formatMinimum formatMaximum formatExclusiveMinimum formatExclusiveMaximum
  pattern minLength maxLength contentEncoding contentMediaType contentSchema
  minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
  items prefixItems additionalItems minItems maxItems uniqueItems minContains maxContains unevaluatedItems
  properties required additionalProperties patternProperties propertyNames minProperties maxProperties
  dependencies dependentRequired dependentSchemas unevaluatedProperties
  allOf anyOf oneOf not if then else discriminator xml externalDocs secret dimensions
`
  .trim()
  .split(/\s+/);

const known = new Set([...Object.keys(fieldOptions), ...keywords]);
const flags = ['unique', 'index', 'read', 'write', 'contains'];

/**
 * Tells what is wrong with fields.
 *
 * @param what before the name of each, in messages
 * @returns the fields, with something that stands for those that are none, so that what refers to them is not told too
 */
export function fieldFaults(
  fields: Readonly<Record<string, unknown>>,
  fault: (reason: string) => void,
  what = 'Its field',
): TProperties {
  const sound: TProperties = {};
  for (const [name, schema] of Object.entries(fields)) {
    const reasons = isSchema(schema) ? schemaFaults(schema) : [noSchema(schema)];
    for (const reason of reasons) fault(`${what} "${name}" ${reason}`);
    sound[name] = isSchema(schema) ? schema : Type.String();
  }
  return sound;
}

function isSchema(value: unknown): value is TSchema {
  return isObject(value) && !('target' in value && 'kind' in value);
}

function noSchema(value: unknown): string {
  if (typeof value === 'function') return 'is a function. Call it, as Type.String().';
  if (isObject(value)) return 'is a relation. Put it under "relations".';
  const example = value === 'string' || value === 'text' ? 'String' : 'Integer';
  return `is ${shown(value)}, which is no schema. Write a type, as Type.${example}().`;
}

function schemaFaults(schema: TSchema): readonly string[] {
  const given: Readonly<Record<string, unknown>> = { ...schema };
  const faults = Object.keys(given)
    .filter((key) => !known.has(key) && !/^(x-|~)/.test(key))
    .map((key) => `has the option "${key}", which is unknown.${didYouMean(key, known)}`);
  for (const flag of flags) {
    const value = given[flag];
    // In schemas of lists, "contains" is a keyword of JSON schema.
    if (value === undefined || typeof value === 'boolean' || (flag === 'contains' && isObject(value)))
      continue;
    faults.push(`says "${flag}": ${shown(value)}, which must be true or false.`);
  }
  if (given.column !== undefined && (typeof given.column !== 'string' || given.column === '')) {
    faults.push(`says "column": ${shown(given.column)}, which must be the name of a column.`);
  }
  if (Array.isArray(given.enum) && given.enum.length === 0)
    faults.push('is an Enum without values. Give it one.');
  else if ('default' in given) {
    const fault = defaultFault(schema, given.default, IsOptional(schema));
    if (fault !== undefined) faults.push(fault);
  }
  return [...faults, ...innerFaults(given)];
}

/** Of what is inside of JSON: misspelt keywords are as silent there. */
function innerFaults({ properties, items }: Readonly<Record<string, unknown>>): readonly string[] {
  const inner = { ...(isObject(properties) ? properties : {}), ...(isObject(items) ? { items } : {}) };
  return Object.entries(inner).flatMap(([name, schema]) =>
    isObject(schema) ? schemaFaults(schema).map((reason) => `holds "${name}", which ${reason}`) : [],
  );
}
