import { createRequire } from 'node:module';
import type AjvModule from 'ajv';
import type { Ajv, ErrorObject } from 'ajv';
import type FormatsModule from 'ajv-formats';
import { BackplaneError, messageOf } from '../../errors.ts';
import type { ColumnType, Field } from '../entity/field.ts';
import { inWords } from './in-words.ts';
import { type ValueFault, within } from './value-fault.ts';

const load = createRequire(import.meta.url);

type Check = (value: unknown) => readonly ValueFault[];

/** By schema: the entities of the next catalog have the same ones, unless somebody edited them. */
const checks = new WeakMap<object, Check | undefined>();

/**
 * What of a field's schema a value does not meet, beside what its column asks for already: patterns, formats, least and
 * greatest values, what is inside of JSON. Compiled when it is first needed; most fields ask for nothing more.
 *
 * @param value one that fits the column
 * @throws ENTITY_INVALID for a schema that cannot be compiled
 */
export function schemaFaults(entity: string, field: Field, value: unknown): readonly ValueFault[] {
  const { schema } = field;
  if (!checks.has(schema)) checks.set(schema, compile(entity, field));
  return checks.get(schema)?.(value) ?? [];
}

const options = { allErrors: true, strict: false, logger: false } as const;

/** Knows what a schema is, and every format. Loaded by the first field that needs it. */
let metaSchema: Ajv | undefined;

/** The same that checks requests, so that a schema means one thing. */
function ajvModule(): typeof AjvModule {
  return load('ajv');
}

function loadMetaSchema(): Ajv {
  const addFormats: typeof FormatsModule = load('ajv-formats');
  const ajv = new (ajvModule().Ajv)(options);
  addFormats.default(ajv);
  return ajv;
}

function compile(entity: string, field: Field): Check | undefined {
  const rest = restOf(field);
  if (Object.keys(rest).length === 0) return undefined;
  metaSchema ??= loadMetaSchema();
  const { formats } = metaSchema;
  try {
    metaSchema.validateSchema(rest, true);
    // An instance each: Ajv keeps whatever it compiled for as long as it lives.
    const ajv = new (ajvModule().Ajv)({ ...options, formats, meta: false, validateSchema: false });
    const validate = ajv.compile(rest);
    return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toFault));
  } catch (error) {
    const reason = `The schema of its field "${field.name}" cannot be compiled: ${messageOf(error)}`;
    throw new BackplaneError('ENTITY_INVALID', { entity, owner: field.owner, reason }, { cause: error });
  }
}

/** Keywords that say nothing about validity, or what the column says already. */
const annotations: ReadonlySet<string> = new Set([
  ...['title', 'description', 'default', 'example', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['unique', 'index', 'read', 'write', 'column', 'secret'],
]);

const held: Readonly<Record<ColumnType['kind'], ReadonlySet<string>>> = {
  uuid: new Set(['type', 'enum', 'format']),
  timestamp: new Set(['type', 'enum', 'format']),
  date: new Set(['type', 'enum', 'format']),
  string: new Set(['type', 'enum', 'maxLength']),
  text: new Set(['type', 'enum']),
  integer: new Set(['type', 'enum']),
  number: new Set(['type', 'enum']),
  boolean: new Set(['type', 'enum']),
  vector: new Set(['type', 'dimensions', 'items', 'minItems', 'maxItems']),
  json: new Set(),
};

function restOf({ schema, type }: Field): Record<string, unknown> {
  const isLeft = ([keyword, value]: readonly [string, unknown]): boolean =>
    !annotations.has(keyword) &&
    !held[type.kind].has(keyword) &&
    // The field's option, not the keyword of lists with the same name.
    !(keyword === 'contains' && typeof value === 'boolean');
  return Object.fromEntries(Object.entries(schema).filter(isLeft));
}

function toFault({ instancePath: pointer, keyword, params, message }: ErrorObject): ValueFault {
  switch (keyword) {
    case 'required':
      return { pointer: within(pointer, String(params.missingProperty)), reason: 'is missing' };
    case 'additionalProperties':
      return { pointer: within(pointer, String(params.additionalProperty)), reason: 'is no known member' };
    case 'enum':
      return { pointer, reason: `must be one of ${JSON.stringify(params.allowedValues)}` };
    default:
      return { pointer, reason: inWords(keyword, params) ?? message ?? `does not meet "${keyword}"` };
  }
}
